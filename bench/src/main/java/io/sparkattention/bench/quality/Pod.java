package io.sparkattention.bench.quality;

import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Plain text of Perl's documentation format. */
final class Pod {

  private static final Pattern COMMAND = Pattern.compile("(?m)^=(\\w+)[ \\t]*(.*)$");
  private static final Pattern WIDE = Pattern.compile("([A-Z])<<+\\s+(.*?)\\s+>>+", Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("([A-Z])<([^<>]*)>");
  private static final Map<String, String> ESCAPES =
      Map.of("lt", "<", "gt", ">", "verbar", "|", "sol", "/", "amp", "&", "quot", "\"");
  private static final char OPEN = '\u0001'; // stand for < and > that are no markup
  private static final char CLOSE = '\u0002';

  private Pod() {}

  /** The text without commands and formatting codes; items of lists keep their label. */
  static String text(String pod) {
    String text =
        COMMAND
            .matcher(pod)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(
                        found.group(1).equals("item")
                            ? found.group(2).replaceFirst("^[*\\d.]+\\s*", "")
                            : ""));
    text = replaceAll(WIDE, text);
    String before;
    do {
      before = text;
      text = replaceAll(CODE, text);
    } while (!text.equals(before));
    return text.replace(OPEN, '<').replace(CLOSE, '>').replaceAll("\\n{3,}", "\n\n").strip();
  }

  private static String replaceAll(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .replaceAll(
            found -> Matcher.quoteReplacement(plain(found).replace('<', OPEN).replace('>', CLOSE)));
  }

  private static String plain(MatchResult code) {
    String content = code.group(2);
    return switch (code.group(1)) {
      case "X", "Z" -> "";
      case "E" -> ESCAPES.getOrDefault(content, content);
      case "L" -> content.replaceFirst("(?s)^([^|]+)\\|.*$", "$1");
      default -> content;
    };
  }
}
