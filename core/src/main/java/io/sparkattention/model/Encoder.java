package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.TokenBatch;
import java.util.List;

/** Reads token sequences and gives an activation per token. Thread-safe. */
public interface Encoder extends AutoCloseable {

  /** What its {@code config.json} says. */
  EncoderConfig config();

  /**
   * The longest sequence it reads: the model's positions, or more where positions are tiled for a
   * mechanism that reads further (LSG, arXiv:2210.15497).
   */
  int maxTokens();

  /** Owns what lives as long as the model; forward passes open their own scope below it. */
  NDManager owner();

  /**
   * One forward pass.
   *
   * @param scope owns the result
   * @param batch packed sequences, none longer than {@link #maxTokens} or empty
   * @param probes shown what every layer attended to; with none, attention runs at full speed
   * @return the activations after the last layer, (N, hidden) in the model's precision
   * @throws IllegalArgumentException before anything reaches the device, if an id is outside the
   *     vocabulary or a sequence is too long
   */
  NDArray encode(NDManager scope, TokenBatch batch, List<AttentionProbe> probes);

  /**
   * One forward pass in which every token attends only to the first ones of its sequence. The
   * others get activations all the same: so ColBERT reads the masks behind a query
   * (arXiv:2004.12832).
   *
   * @param attendedTo for each sequence, how many of its tokens are attended to, at least one
   * @return as {@link #encode(NDManager, TokenBatch, List)}
   */
  NDArray encode(NDManager scope, TokenBatch batch, int[] attendedTo);

  /** The activations after the embeddings and after every layer, each (N, hidden). */
  List<NDArray> hiddenStates(NDManager scope, TokenBatch batch);

  /**
   * The same weights read by another mechanism, where layers were not trained with one of their
   * own. It belongs to this encoder: whoever asks for it does not close it.
   */
  Encoder withAttention(Attention other);

  @Override
  void close();
}
