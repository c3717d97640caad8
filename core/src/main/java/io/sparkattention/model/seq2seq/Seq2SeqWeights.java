package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * An encoder-decoder's weights on its device.
 *
 * @param owner owns the arrays
 * @param words (vocabulary, hidden)
 * @param head what scores tokens (vocabulary, hidden)
 * @param logitBias (1, vocabulary) float32, or null
 */
record Seq2SeqWeights(
    NDManager owner,
    NDArray words,
    StackWeights encoder,
    StackWeights decoder,
    NDArray head,
    NDArray logitBias)
    implements AutoCloseable {

  @Override
  public void close() {
    encoder.close();
    decoder.close();
    owner.close();
  }
}
