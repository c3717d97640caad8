package io.sparkattention.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The spellings by which a text would speak to a model in place of its user, such as {@code
 * <|im_end|>}: a tokenizer reads them as control tokens wherever they stand. Documents are cleaned
 * of them before they are put into a prompt: a space after the first character makes each a plain
 * text.
 */
public final class ControlTokens {

  private final Pattern any; // null if there are none

  /**
   * @param spellings what is to lose its power; spellings of one character or of blanks alone, such
   *     as runs of spaces that are tokens, are left alone
   */
  public ControlTokens(Collection<String> spellings) {
    List<String> longestFirst =
        spellings.stream()
            .map(String::strip) // a space more would not change what begins or ends with one
            .filter(each -> each.codePointCount(0, each.length()) > 1)
            .distinct()
            .sorted(Comparator.comparingInt(String::length).reversed().thenComparing(each -> each))
            .toList();
    any =
        longestFirst.isEmpty()
            ? null
            : Pattern.compile(
                longestFirst.stream().map(Pattern::quote).collect(Collectors.joining("|")));
  }

  /** Whether a text holds any of them. */
  public boolean within(String text) {
    return any != null && any.matcher(text).find();
  }

  /** The text without them; the same text if it holds none. */
  public String disarm(String text) {
    String clean = text;
    while (within(clean)) {
      clean = any.matcher(clean).replaceAll(match -> quoted(match.group()));
    }
    return clean;
  }

  private static String quoted(String spelling) {
    int first = spelling.offsetByCodePoints(0, 1);
    return Matcher.quoteReplacement(spelling.substring(0, first) + " " + spelling.substring(first));
  }
}
