package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.KeySource;
import io.sparkattention.tensor.SublayerOperators;
import java.util.ArrayList;
import java.util.List;

/** The projections of cross-attention's keys and values, laid out by heads for mechanisms. */
final class CrossProjections {

  private CrossProjections() {}

  /**
   * The projections of all layers, whatever form the products want their matrices in: a matrix is
   * what it makes of the rows of the identity.
   *
   * @return a layer each, in the owner of the weights, without hidden states
   */
  static List<KeySource> of(
      Seq2SeqWeights weights, SublayerOperators operators, int hiddenSize, boolean biased) {
    List<KeySource> sources = new ArrayList<>();
    try (NDManager scope = weights.owner().newSubManager()) {
      NDArray identity = operators.toPrecision(scope, scope.eye(hiddenSize)); // (M, M)
      for (StackWeights.Layer layer : weights.decoder().layers()) {
        NDArray weight = layer.memory().get(0);
        NDArray bias = layer.memory().get(1);
        NDArray none = biased ? bias.sub(bias) : bias;
        NDArray both = operators.memory(scope, identity, weight, none); // (M, 2, H, D)
        NDArray turned = both.transpose(1, 2, 3, 0); // (2, H, D, M)
        long[] heads = {2, turned.getShape().get(1), turned.getShape().get(2)};
        NDArray biases = biased ? bias.reshape(heads) : null; // (2, H, D)
        sources.add(
            new KeySource(
                null,
                kept(weights.owner(), turned.get(0)),
                biased ? kept(weights.owner(), biases.get(0)) : null,
                kept(weights.owner(), turned.get(1)),
                biased ? kept(weights.owner(), biases.get(1)) : null));
      }
    }
    return sources;
  }

  private static NDArray kept(NDManager owner, NDArray part) {
    NDArray copy = part.duplicate();
    copy.attach(owner);
    return copy;
  }
}
