package io.sparkattention.model.decoder;

import io.sparkattention.attention.TextBreaks;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * Where lines end among tokens. What a token spells is asked for once, when it is first met. Safe
 * for use by several threads.
 */
final class LineBreaks {

  private static final byte UNKNOWN = 0;
  private static final byte BLANK = 64; // nothing but blanks; marks spell nothing
  private static final int MOST = 62;

  private final IntFunction<String> spelled;
  private final byte[] known; // per token 1 + the line breaks that it ends with, and BLANK

  /**
   * @param spelled what a token spells
   * @param vocabulary number of tokens
   */
  LineBreaks(IntFunction<String> spelled, int vocabulary) {
    this.spelled = spelled;
    this.known = new byte[vocabulary];
  }

  static LineBreaks of(Tokenizer tokenizer, int vocabulary) {
    return new LineBreaks(id -> tokenizer.decode(new int[] {id}), vocabulary);
  }

  /** Those of the texts of a batch. */
  TextBreaks in(TokenBatch batch) {
    int[] offsets = batch.offsets();
    return text -> of(Arrays.copyOfRange(batch.ids(), offsets[text], offsets[text + 1]));
  }

  /** Line breaks behind each token of a text at which it goes on, as of {@link TextBreaks}. */
  int[] of(int[] ids) {
    int[] breaks = new int[ids.length];
    int count = 0;
    int end = -1; // the last token with a break, where nothing but blanks has followed
    for (int t = 0; t < ids.length; t++) {
      byte kind = kind(ids[t]);
      boolean blank = (kind & BLANK) != 0;
      int own = (kind & ~BLANK) - 1;
      if (!blank) {
        count = 0;
        end = -1;
      }
      if (own > 0) {
        if (end >= 0) {
          breaks[end] = 0; // the line goes on with an empty one
        }
        count += own;
        breaks[t] = count;
        end = t;
      }
    }
    return breaks;
  }

  private byte kind(int id) {
    if (known[id] == UNKNOWN) {
      String text = spelled.apply(id);
      int breaks = 0;
      for (int at = text.length() - 1; at >= 0 && Character.isWhitespace(text.charAt(at)); at--) {
        breaks += text.charAt(at) == '\n' ? 1 : 0;
      }
      int kind = 1 + Math.min(MOST, breaks);
      known[id] = (byte) (!text.isEmpty() && text.isBlank() ? kind | BLANK : kind);
    }
    return known[id];
  }
}
