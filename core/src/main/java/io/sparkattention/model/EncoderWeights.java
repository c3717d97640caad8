package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.EmbeddingWeights;
import io.sparkattention.tensor.LayerWeights;
import java.util.List;

/**
 * An encoder's weights on its device.
 *
 * @param owner owns the arrays
 * @param words the word embeddings (vocabulary, hidden), which a masked language model head shares
 * @param globals what global tokens are projected by, for each layer; none where a family has none
 * @param bias relative position bias (buckets, H), or null where the family has none
 */
record EncoderWeights(
    NDManager owner,
    NDArray words,
    EmbeddingWeights embeddings,
    List<LayerWeights> layers,
    List<Projections> globals,
    NDArray bias)
    implements AutoCloseable {

  /**
   * Query, key and value by one product.
   *
   * @param weight (3 · hidden, hidden)
   * @param bias (3 · hidden)
   */
  record Projections(NDArray weight, NDArray bias) {}

  @Override
  public void close() {
    layers.forEach(LayerWeights::close);
    embeddings.close();
    owner.close();
  }
}
