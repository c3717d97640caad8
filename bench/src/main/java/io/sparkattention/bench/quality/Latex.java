package io.sparkattention.bench.quality;

import java.text.Normalizer;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Running text of LaTeX with chunks of R. Code, formulas that stand alone, floats, headings and
 * comments are left out; of other commands the arguments stay.
 */
final class Latex {

  private static final Pattern CHUNK = Pattern.compile("(?ms)^<<.*?>>=.*?^@.*?$");
  private static final Pattern COMMENT = Pattern.compile("(?m)(?<!\\\\)%.*(\\R[ \\t]*)?");
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?s)\\\\begin\\{("
              + "align|alltt|Code|CodeChunk|CodeInput|CodeOutput|displaymath|eqnarray|equation"
              + "|figure|gather|lstlisting|multline|Schunk|Scode|Sinput|Soutput|smallexample"
              + "|table|tabular|thebibliography|verbatim|Verbatim"
              + ")(\\*?)\\}.*?\\\\end\\{\\1\\2\\}");
  private static final Pattern DISPLAY = Pattern.compile("(?s)\\$\\$.*?\\$\\$|\\\\\\[.*?\\\\\\]");
  private static final Pattern ENVIRONMENT =
      Pattern.compile("\\\\(?:begin|end)\\{[^}]*\\}(?:\\[[^\\]]*\\])?");
  private static final String DROPPED =
      "addcontentsline|appendix|author|bibliography|bibliographystyle|cite[a-zA-Z]*|date|footnote"
          + "|footnotemark|footnotetext|hspace|includegraphics|index|input|label|maketitle"
          + "|newcommand|newpage|pagestyle|renewcommand|section|setkeys|setcounter|setlength"
          + "|Sexpr|shortcites|subsection|subsubsection|SweaveOpts|SweaveInput|tableofcontents"
          + "|thispagestyle|title|usepackage|vspace|VignetteDepends|paragraph|chapter|def|nocite";
  private static final Pattern DROPPED_COMMAND =
      Pattern.compile("\\\\(" + DROPPED + ")\\*?(?![a-zA-Z])");
  private static final Pattern ACCENT =
      Pattern.compile("\\\\([\"'`^~])\\s*(?:\\{\\\\?([A-Za-z])\\}|([A-Za-z]))");
  private static final Map<String, String> MARKS =
      Map.of("\"", "\u0308", "'", "\u0301", "`", "\u0300", "^", "\u0302", "~", "\u0303");
  private static final Pattern ITEM = Pattern.compile("\\\\item\\b(?:\\[([^\\]]*)\\])?");
  private static final Pattern COMMAND = Pattern.compile("\\\\[a-zA-Z@]+\\*?(?:\\[[^\\]]*\\])?");

  private Latex() {}

  /** The text, in paragraphs with an empty line between two. */
  static String text(String latex) {
    String text = COMMENT.matcher(CHUNK.matcher(latex).replaceAll("")).replaceAll("");
    text = FLOAT.matcher(text).replaceAll(" ");
    text = DISPLAY.matcher(text).replaceAll(" ");
    text = text.replaceAll("\\\\\\\\(\\[[^\\]]*\\])?", " "); // line breaks
    text = withoutDropped(text);
    text = ACCENT.matcher(text).replaceAll(Latex::accented);
    text = ENVIRONMENT.matcher(text).replaceAll("\n\n");
    text = ITEM.matcher(text).replaceAll("\n\n$1 ");
    text = text.replaceAll("\\\\[,;:!/ ]", " ").replaceAll("\\\\([%&_$#{}])", "$1");
    text = COMMAND.matcher(text).replaceAll("");
    text = text.replace("``", "\"").replace("''", "\"").replace('~', ' ').replaceAll("-{2,3}", "-");
    text = text.replaceAll("[{}$\\\\]", "");
    return paragraphs(text);
  }

  /** Without commands that are no text, each with all its arguments. */
  private static String withoutDropped(String text) {
    StringBuilder kept = new StringBuilder();
    Matcher command = DROPPED_COMMAND.matcher(text);
    int from = 0;
    while (from < text.length() && command.find(from)) {
      kept.append(text, from, command.start());
      from = afterArguments(text, command.end());
    }
    return kept.append(text.substring(Math.min(from, text.length()))).toString();
  }

  private static int afterArguments(String text, int at) {
    int end = at;
    while (end < text.length() && (text.charAt(end) == '{' || text.charAt(end) == '[')) {
      end = closing(text, end) + 1;
    }
    return end;
  }

  /** Where the brace or bracket that opens here is closed; the last character if it is not. */
  static int closing(String text, int open) {
    char opening = text.charAt(open);
    char closing = opening == '{' ? '}' : ']';
    int depth = 0;
    for (int i = open; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == opening) {
        depth++;
      } else if (c == closing && --depth == 0) {
        return i;
      }
    }
    return text.length() - 1;
  }

  private static String accented(MatchResult accent) {
    String letter = accent.group(2) == null ? accent.group(3) : accent.group(2);
    return Normalizer.normalize(letter + MARKS.get(accent.group(1)), Normalizer.Form.NFC);
  }

  private static String paragraphs(String text) {
    StringBuilder paragraphs = new StringBuilder();
    for (String paragraph : text.split("\\n\\s*\\n")) {
      String line =
          paragraph
              .replaceAll("\\(\\s*[;,]?\\s*\\)", "") // what is left of a citation
              .replaceAll("\\s+", " ")
              .replaceAll(" ([.,;:)])", "$1")
              .strip();
      if (line.codePoints().anyMatch(Character::isLetter)) {
        paragraphs.append(paragraphs.isEmpty() ? "" : "\n\n").append(line);
      }
    }
    return paragraphs.toString();
  }
}
