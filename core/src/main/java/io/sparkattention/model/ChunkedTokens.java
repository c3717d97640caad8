package io.sparkattention.model;

import io.sparkattention.text.Chunk;
import io.sparkattention.text.Tokens;
import java.util.BitSet;
import java.util.List;

/**
 * The tokens of a text that was read in overlapping chunks, each once, with their vectors: of the
 * tokens that two chunks share, the first half belongs to the former and the second to the latter.
 * Special tokens are those before the first chunk and after the last.
 *
 * @param values (count · dimension)
 */
record ChunkedTokens(Tokens tokens, float[] values, int dimension) {

  /**
   * Joins chunks.
   *
   * @param vectors for each chunk, (length · dimension)
   */
  static ChunkedTokens of(List<Chunk> chunks, List<float[]> vectors, int dimension) {
    if (chunks.size() == 1) {
      return new ChunkedTokens(chunks.get(0).tokens(), vectors.get(0), dimension);
    }
    int[] from = new int[chunks.size()];
    int[] to = new int[chunks.size()];
    int count = 0;
    for (int i = 0; i < chunks.size(); i++) {
      Chunk chunk = chunks.get(i);
      int before = specialBefore(chunk.tokens());
      from[i] = i == 0 ? 0 : before + border(chunks.get(i - 1), chunk) - chunk.from();
      to[i] =
          i == chunks.size() - 1
              ? chunk.tokens().length()
              : before + border(chunk, chunks.get(i + 1)) - chunk.from();
      count += to[i] - from[i];
    }
    Tokens joined = new Tokens(new int[count], new int[count], new int[count], new int[count]);
    float[] values = new float[count * dimension];
    int at = 0;
    for (int i = 0; i < chunks.size(); i++) {
      Tokens part = chunks.get(i).tokens().slice(from[i], to[i]);
      System.arraycopy(part.ids(), 0, joined.ids(), at, part.length());
      System.arraycopy(part.typeIds(), 0, joined.typeIds(), at, part.length());
      System.arraycopy(part.starts(), 0, joined.starts(), at, part.length());
      System.arraycopy(part.ends(), 0, joined.ends(), at, part.length());
      System.arraycopy(
          vectors.get(i), from[i] * dimension, values, at * dimension, part.length() * dimension);
      at += part.length();
    }
    return new ChunkedTokens(joined, values, dimension);
  }

  /** The first token of the text that belongs to the latter of two neighbouring chunks. */
  private static int border(Chunk former, Chunk latter) {
    return (latter.from() + former.to()) / 2;
  }

  private static int specialBefore(Tokens chunk) {
    int index = 0;
    while (index < chunk.length() && chunk.isSpecial(index)) {
      index++;
    }
    return index;
  }

  /**
   * The vectors of all tokens.
   *
   * @param special which of them stand for no part of the text
   * @param read the chunks that were read
   * @throws ArithmeticException if a number is not finite
   */
  TokenVectors vectors(BitSet special, List<Chunk> read) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new ArithmeticException("the model gave a token a vector that is not finite");
      }
    }
    int tokensRead = LongText.tokens(read);
    return new TokenVectors(
        values, dimension, tokens.ids(), special, tokensRead, read.size(), false);
  }
}
