package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.DecoderLayerWeights;
import io.sparkattention.tensor.TensorList;
import java.util.List;

/**
 * A decoder's weights on its device.
 *
 * @param owner owns the arrays
 * @param embeddings word embeddings (vocabulary, hidden) and position embeddings, bound
 * @param norm weight of the norm after the last layer (hidden)
 * @param normBias its bias, read by layer norms alone
 * @param head what scores the next token (vocabulary, hidden): the word embeddings where shared
 */
record DecoderWeights(
    NDManager owner,
    TensorList embeddings,
    List<DecoderLayerWeights> layers,
    NDArray norm,
    NDArray normBias,
    NDArray head)
    implements AutoCloseable {

  @Override
  public void close() {
    layers.forEach(DecoderLayerWeights::close);
    embeddings.close();
    owner.close();
  }
}
