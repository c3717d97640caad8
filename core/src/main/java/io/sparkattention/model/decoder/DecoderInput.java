package io.sparkattention.model.decoder;

import io.sparkattention.attention.TextBreaks;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.text.TokenBatch;
import java.util.stream.IntStream;

/**
 * The tokens that some rows of a cache are about to read.
 *
 * @param batch at least one token for each of the rows
 * @param rows the rows of the cache, all different
 * @param breaks where lines end; null where nobody can tell
 */
public record DecoderInput(TokenBatch batch, KvCache cache, int[] rows, TextBreaks breaks) {

  public DecoderInput {
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

  /** Tokens whose lines nobody can tell. */
  public DecoderInput(TokenBatch batch, KvCache cache, int[] rows) {
    this(batch, cache, rows, null);
  }

  /** One more token of every row of a cache, in their order. */
  public static DecoderInput step(int[] ids, KvCache cache) {
    TokenBatch batch = new TokenBatch(ids, null, IntStream.rangeClosed(0, ids.length).toArray());
    return new DecoderInput(batch, cache, IntStream.range(0, cache.rows()).toArray());
  }

  /** The same tokens for another cache of the same rows. */
  DecoderInput of(KvCache other) {
    return new DecoderInput(batch, other, rows, breaks);
  }

  /**
   * Refuses what would read outside an embedding: on a GPU that ends the process.
   *
   * @param positions embedded positions; 0 where positions are not embedded
   * @throws IllegalArgumentException with what was given and what is allowed
   */
  public void check(int vocabulary, int positions) {
    checkIds(batch, vocabulary);
    for (int i = 0; i < rows.length && positions > 0; i++) {
      int end = cache.nextPosition(rows[i]) + batch.length(i);
      if (end > positions) {
        throw new IllegalArgumentException(
            "sequence %d would have %d tokens: the model has %d positions"
                .formatted(i, end, positions));
      }
    }
  }

  /** Refuses ids outside the vocabulary. */
  public static void checkIds(TokenBatch batch, int vocabulary) {
    for (int id : batch.ids()) {
      if (id < 0 || id >= vocabulary) {
        throw new IllegalArgumentException(
            "token id %d is outside the model's 0 to %d: tokenizer.json and the weights do not"
                    .formatted(id, vocabulary - 1)
                + " belong together");
      }
    }
  }

  /** Whether no row has read anything yet. */
  public boolean fresh() {
    for (int row : rows) {
      if (cache.length(row) > 0) {
        return false;
      }
    }
    return true;
  }

  /** The position of each token, (N). */
  public long[] positions() {
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
  public int[] cached() {
    int[] cached = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      cached[i] = cache.length(rows[i]);
    }
    return cached;
  }

  /** How many keys each row will hold, (B). */
  public int[] keyLengths() {
    int[] lengths = cached();
    for (int i = 0; i < rows.length; i++) {
      lengths[i] += batch.length(i);
    }
    return lengths;
  }
}
