package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.TensorList;
import java.util.List;

/**
 * A pre-norm encoder's weights on its device.
 *
 * @param owner owns the arrays
 * @param words (vocabulary, hidden)
 * @param embeddingNorm weight and bias, (hidden) each
 * @param layers of six arrays each, as {@link io.sparkattention.tensor.SublayerOperators} reads
 *     them
 * @param finalNorm weight and bias, (hidden) each
 */
record PreNormWeights(
    NDManager owner,
    NDArray words,
    List<NDArray> embeddingNorm,
    List<Layer> layers,
    List<NDArray> finalNorm)
    implements AutoCloseable {

  /** The sublayers of a layer. */
  record Layer(TensorList self, TensorList feedForward) implements AutoCloseable {
    @Override
    public void close() {
      self.close();
      feedForward.close();
    }
  }

  @Override
  public void close() {
    layers.forEach(Layer::close);
    owner.close();
  }
}
