package io.sparkattention.model;

import io.sparkattention.text.TokenBatch;
import java.util.stream.IntStream;

/** Checks token ids and numbers positions before anything reaches a device. */
final class EncoderInput {

  private EncoderInput() {}

  /**
   * Refuses what would read outside an embedding: on a GPU that ends the process.
   *
   * @throws IllegalArgumentException with the sequence and what is allowed
   */
  static void check(TokenBatch batch, EncoderConfig config, int maxTokens) {
    if (batch.size() == 0) {
      throw new IllegalArgumentException("a batch without sequences cannot be read");
    }
    for (int i = 0; i < batch.size(); i++) {
      int length = batch.length(i);
      if (length == 0 || length > maxTokens) {
        throw new IllegalArgumentException(
            "sequence "
                + i
                + " has "
                + length
                + " tokens: the model reads 1 to "
                + maxTokens
                + " at a time");
      }
    }
    checkRange("token id", batch.ids(), config.vocabSize());
    if (batch.typeIds() != null && config.typeVocabSize() > 0) {
      checkRange("token type", batch.typeIds(), config.typeVocabSize());
    }
  }

  private static void checkRange(String what, int[] values, int limit) {
    for (int value : values) {
      if (value < 0 || value >= limit) {
        throw new IllegalArgumentException(
            what
                + " "
                + value
                + " is outside the model's 0 to "
                + (limit - 1)
                + ": tokenizer.json and the weights do not belong together");
      }
    }
  }

  /** The position of each token, (N): beyond the model's positions they start again (tiling). */
  static int[] positions(TokenBatch batch, EncoderConfig config) {
    int[] positions = new int[batch.tokens()];
    for (int i = 0; i < batch.size(); i++) {
      int start = batch.offsets()[i];
      for (int j = 0; j < batch.length(i); j++) {
        positions[start + j] = config.firstPosition() + j % config.maxPositions();
      }
    }
    return positions;
  }

  /** The rows of the first tokens of each sequence in a packed batch, as many as asked for. */
  static long[] firstRows(TokenBatch batch, int[] counts) {
    return IntStream.range(0, batch.size())
        .flatMap(i -> IntStream.range(batch.offsets()[i], batch.offsets()[i] + counts[i]))
        .asLongStream()
        .toArray();
  }
}
