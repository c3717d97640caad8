package io.sparkattention.text;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tokens that a model wrote, with their places in the text that they spell.
 *
 * @param text what they spell
 * @param tokens without special ones; a token that ends within a character has the place of its end
 */
public record WrittenTokens(String text, Tokens tokens) {

  /** Spells ids. */
  public static WrittenTokens of(Tokenizer tokenizer, int[] ids) {
    Set<Integer> special =
        tokenizer.specialTexts().stream()
            .map(each -> tokenizer.specialToken(each).getAsInt())
            .collect(Collectors.toSet());
    int[] content = Arrays.stream(ids).filter(id -> !special.contains(id)).toArray();
    String text = tokenizer.decode(content);
    int length = text.codePointCount(0, text.length());
    int[] starts = new int[content.length];
    int[] ends = new int[content.length];
    int end = 0;
    for (int i = 0; i < content.length; i++) {
      String so = tokenizer.decode(Arrays.copyOf(content, i + 1));
      starts[i] = end;
      end = Math.max(end, Math.min(length, so.codePointCount(0, so.length())));
      ends[i] = end;
    }
    return new WrittenTokens(text, new Tokens(content, new int[content.length], starts, ends));
  }
}
