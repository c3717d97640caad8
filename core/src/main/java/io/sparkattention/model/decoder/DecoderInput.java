package io.sparkattention.model.decoder;

import io.sparkattention.kvcache.KvCache;
import io.sparkattention.tensor.DecoderPart;
import io.sparkattention.text.TokenBatch;

/**
 * The tokens that some rows of a cache are about to read.
 *
 * @param batch at least one token for each of the rows
 * @param rows the rows of the cache, all different
 */
record DecoderInput(TokenBatch batch, KvCache cache, int[] rows) {

  DecoderInput {
    if (batch.size() != rows.length || rows.length == 0) {
      throw new IllegalArgumentException(
          batch.size()
              + " sequences for "
              + rows.length
              + " rows: give one for each, at least one");
    }
    for (int i = 0; i < rows.length; i++) {
      if (batch.length(i) == 0) {
        throw new IllegalArgumentException("sequence " + i + " has no tokens");
      }
    }
  }

  /**
   * Refuses what would read outside an embedding: on a GPU that ends the process.
   *
   * @throws IllegalArgumentException with what was given and what is allowed
   */
  void check(DecoderConfig config) {
    for (int id : batch.ids()) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "token id %d is outside the model's 0 to %d: tokenizer.json and the weights do not"
                    .formatted(id, config.vocabSize() - 1)
                + " belong together");
      }
    }
    for (int i = 0; i < rows.length && config.form().has(DecoderPart.POSITIONS); i++) {
      int end = cache.nextPosition(rows[i]) + batch.length(i);
      if (end > config.maxPositions()) {
        throw new IllegalArgumentException(
            "sequence %d would have %d tokens: the model has %d positions"
                .formatted(i, end, config.maxPositions()));
      }
    }
  }

  /** Whether no row has read anything yet. */
  boolean fresh() {
    for (int row : rows) {
      if (cache.length(row) > 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether every row of the cache, in order, reads one more token. */
  boolean isStep() {
    boolean step = rows.length == cache.rows() && batch.tokens() == rows.length;
    for (int i = 0; step && i < rows.length; i++) {
      step = rows[i] == i && cache.length(i) > 0;
    }
    return step;
  }

  /** The position of each token, (N). */
  long[] positions() {
    long[] positions = new long[batch.tokens()];
    for (int i = 0; i < rows.length; i++) {
      int first = cache.nextPosition(rows[i]);
      for (int j = 0; j < batch.length(i); j++) {
        positions[batch.offsets()[i] + j] = first + j;
      }
    }
    return positions;
  }

  /** How many keys each row held before, (B). */
  int[] cached() {
    int[] cached = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      cached[i] = cache.length(rows[i]);
    }
    return cached;
  }

  /** How many keys each row will hold, (B). */
  int[] keyLengths() {
    int[] lengths = cached();
    for (int i = 0; i < rows.length; i++) {
      lengths[i] += batch.length(i);
    }
    return lengths;
  }

  /** The row of the last token of each sequence in the batch, (B). */
  long[] lastRows() {
    long[] last = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      last[i] = batch.offsets()[i + 1] - 1L;
    }
    return last;
  }
}
