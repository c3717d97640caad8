package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.SublayerOperators;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.function.Consumer;

/** What both sides of an encoder-decoder do: embed, run layers, normalize. */
final class Stack {

  /** One layer. */
  interface Layer {
    NDArray run(NDManager scope, NDArray x, int index);
  }

  private final Seq2SeqConfig config;
  private final StackWeights weights;
  private final NDArray words;
  private final SublayerOperators operators;

  Stack(Seq2SeqConfig config, StackWeights weights, NDArray words, SublayerOperators operators) {
    this.config = config;
    this.weights = weights;
    this.words = words;
    this.operators = operators;
  }

  /**
   * The activations after the last layer and its norm.
   *
   * @param forward owns them and all that is between
   * @param ids (N)
   * @param positions (N), counted from 0
   * @param seen shown the activations after the embeddings and every layer
   * @return (N, hidden)
   */
  NDArray run(NDManager forward, int[] ids, long[] positions, Layer layer, Consumer<NDArray> seen) {
    NDArray x = embed(forward, ids, positions); // (N, hidden)
    seen.accept(x);
    int count = weights.layers().size();
    for (int i = 0; i < count; i++) {
      NDArray y;
      try (NDManager scope = forward.newSubManager()) {
        y = layer.run(scope, x, i); // (N, hidden)
        y.attach(forward);
      }
      x.close();
      x = y;
      if (i < count - 1) {
        seen.accept(x);
      }
    }
    NDArray last =
        weights.finalNorm() == null
            ? x
            : operators.norm(forward, x, weights.finalNorm().get(0), weights.finalNorm().get(1));
    seen.accept(last);
    return last;
  }

  private NDArray embed(NDManager forward, int[] ids, long[] positions) {
    NDArray x = operators.words(forward, Uploads.of(forward, ids), words, config.embeddingScale());
    if (weights.positions() != null) {
      int offset = config.positions().orElseThrow().offset();
      long[] rows = Arrays.stream(positions).map(each -> each + offset).toArray();
      x = operators.placed(forward, x, Uploads.of(forward, rows), weights.positions());
    }
    return weights.embeddingNorm() == null
        ? x
        : operators.norm(
            forward, x, weights.embeddingNorm().get(0), weights.embeddingNorm().get(1));
  }
}
