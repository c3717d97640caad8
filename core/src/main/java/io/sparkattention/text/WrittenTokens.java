package io.sparkattention.text;

import java.util.Arrays;
import java.util.Set;

/**
 * Tokens that a model wrote, with their places in the text that they spell.
 *
 * @param text what they spell
 * @param tokens without special ones; a token that ends within a character has the place of its end
 */
public record WrittenTokens(String text, Tokens tokens) {

  /** Tokens that are spelled at a time; how one is spelled depends on those near it alone. */
  private static final int WINDOW = 64;

  /** How many of them stay when others come. */
  private static final int NEAR = 16;

  /** Spells ids, in time that grows with how many there are. */
  public static WrittenTokens of(Tokenizer tokenizer, int[] ids) {
    Set<Integer> special = tokenizer.specialIds();
    int[] content = Arrays.stream(ids).filter(id -> !special.contains(id)).toArray();
    String text = tokenizer.decode(content);
    int length = text.codePointCount(0, text.length());
    int[] starts = new int[content.length];
    int[] ends = new int[content.length];
    int from = 0;
    int spelled = 0; // code points of the tokens from there up to this one
    int all = 0; // of all tokens up to this one
    int end = 0;
    for (int i = 0; i < content.length; i++) {
      if (i - from == WINDOW) {
        from = i - NEAR;
        spelled = codePoints(tokenizer, content, from, i);
      }
      int with = codePoints(tokenizer, content, from, i + 1);
      all += with - spelled;
      spelled = with;
      starts[i] = end;
      end = Math.max(end, Math.min(length, all));
      ends[i] = end;
    }
    return new WrittenTokens(text, new Tokens(content, new int[content.length], starts, ends));
  }

  private static int codePoints(Tokenizer tokenizer, int[] ids, int from, int to) {
    String spelled = tokenizer.decode(Arrays.copyOfRange(ids, from, to));
    return spelled.codePointCount(0, spelled.length());
  }
}
