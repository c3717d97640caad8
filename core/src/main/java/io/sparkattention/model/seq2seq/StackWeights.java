package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import io.sparkattention.tensor.TensorList;
import java.util.List;

/**
 * The weights of one side on the device; null for what it lacks.
 *
 * @param positions (positions, hidden)
 * @param embeddingNorm weight and bias, (hidden) each
 * @param finalNorm weight and bias, (hidden) each
 * @param bias (buckets, H)
 * @param sideBias (buckets, H), the bias of keys that stand for blocks
 */
record StackWeights(
    NDArray positions,
    List<NDArray> embeddingNorm,
    List<Layer> layers,
    List<NDArray> finalNorm,
    NDArray bias,
    NDArray sideBias)
    implements AutoCloseable {

  /**
   * The weights of a layer, each list of six arrays bound.
   *
   * @param global as {@code self}, the projections of global tokens; null where there are none
   * @param sideNorm (hidden), the norm of sums of blocks; null where there are none
   * @param cross null in an encoder
   * @param memory weight (2 · H · D, hidden) and bias that project what was encoded; null in an
   *     encoder
   */
  record Layer(
      TensorList self,
      TensorList global,
      NDArray sideNorm,
      TensorList cross,
      List<NDArray> memory,
      TensorList feedForward)
      implements AutoCloseable {
    @Override
    public void close() {
      self.close();
      feedForward.close();
      if (global != null) {
        global.close();
      }
      if (cross != null) {
        cross.close();
      }
    }
  }

  @Override
  public void close() {
    layers.forEach(Layer::close);
  }
}
