package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;

/** Layers whose attention can be watched while they read whole texts. Thread-safe. */
public interface WatchedModel {

  /** Turns text into the model's tokens. */
  Tokenizer tokenizer();

  /** Owns what lives as long as the model; forward passes open their own scope below it. */
  NDManager owner();

  /** Which of its attentions is watched. */
  WatchedSite site();

  /** How many layers are watched. */
  int layers();

  /** Tokens of the longest sequence that it reads at once. */
  int maxTokens();

  /** How many tokens there are; ids are smaller. */
  int vocabSize();

  /** What can be said of the attention before anything is read. */
  AttentionShape shape();

  /** What the layers attend by: what was asked for, or what they were trained with. */
  Attention mechanism();

  /**
   * One forward pass.
   *
   * @param scope owns the result
   * @param batch packed sequences, none of them empty
   * @param probes shown what every layer attended to; with none, attention runs at full speed
   * @return the activations after the last layer, (N, hidden) in the model's precision
   * @throws IllegalArgumentException before anything reaches the device, if an id is outside the
   *     vocabulary or a sequence is too long
   */
  NDArray read(NDManager scope, TokenBatch batch, List<AttentionProbe> probes);

  /** The activations after the embeddings and after every layer, each (N, hidden). */
  List<NDArray> hiddenStates(NDManager scope, TokenBatch batch);

  /** The same weights read by another mechanism. It belongs to this model and is not closed. */
  WatchedModel withAttention(Attention other);

  /**
   * Reads the projections of these layers from the checkpoint.
   *
   * @throws ModelLoadException if the checkpoint is no longer there
   */
  AttentionProjections projections();

  /** Where the checkpoint lies. */
  Path directory();

  /** A digest of the model's files, which tells two revisions apart. */
  String fingerprint();
}
