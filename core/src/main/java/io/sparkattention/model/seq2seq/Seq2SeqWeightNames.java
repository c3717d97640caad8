package io.sparkattention.model.seq2seq;

import java.util.List;

/**
 * The names of an encoder-decoder's weights in a checkpoint, without {@code .weight} and {@code
 * .bias}.
 *
 * @param prefix what models with a head put before the names
 * @param words word embeddings of both sides
 * @param head what scores tokens where that is not the word embeddings
 * @param logitBias the bias of these scores, a tensor of its own; empty for none
 * @param ignored an expression for tensors that are no surprise; empty for none
 */
public record Seq2SeqWeightNames(
    String prefix,
    String words,
    Stack encoder,
    Stack decoder,
    String head,
    String logitBias,
    String ignored) {

  /**
   * The names of one side.
   *
   * @param positions position embeddings; empty where a family has none
   * @param embeddingNorm empty where a family has none
   * @param layers what stands before the number of a layer
   * @param global projections of global tokens; null where a family has none
   * @param cross null in an encoder
   * @param finalNorm empty where a family has none
   * @param bias bias by distance; empty where a family has none
   * @param side what keys that stand for blocks of tokens need; null where a family has none
   */
  public record Stack(
      String positions,
      String embeddingNorm,
      String layers,
      Attention self,
      Attention global,
      Attention cross,
      FeedForward feedForward,
      String finalNorm,
      String bias,
      Side side) {}

  /**
   * The names of what side keys need.
   *
   * @param norm inside a layer
   * @param bias bias by distance between blocks
   */
  public record Side(String norm, String bias) {}

  /** The names inside an attention sublayer. */
  public record Attention(String norm, String query, String key, String value, String output) {}

  /**
   * The names inside a feed-forward sublayer.
   *
   * @param up gate and up, or up alone where there is no gate
   */
  public record FeedForward(String norm, List<String> up, String down) {}
}
