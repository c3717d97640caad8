package io.sparkattention.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes a template apart: texts between tags, and what stands in the tags. Blanks around tags go as
 * Jinja2 has it with {@code trim_blocks} and {@code lstrip_blocks}.
 */
final class Lexer {

  /** What a token is. */
  enum Kind {
    TEXT,
    OUTPUT_BEGIN,
    OUTPUT_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    DECIMAL,
    SYMBOL,
    END
  }

  /**
   * One token.
   *
   * @param text what it says; of a string its value
   * @param line where it begins, from 1
   */
  record Token(Kind kind, String text, int line) {
    boolean is(Kind wanted, String said) {
      return kind == wanted && text.equals(said);
    }
  }

  private static final Pattern BEGIN = Pattern.compile("\\{[{%#]");
  private static final Pattern RAW = Pattern.compile("\\{%[-+]?\\s*raw\\s*(?:-%\\}\\s*|%\\})");
  private static final Pattern END_RAW = Pattern.compile("\\{%[-+]?\\s*endraw\\s*[-+]?%\\}");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Pattern NUMBER = Pattern.compile("(\\d[\\d_]*)(\\.\\d+)?([eE][+-]?\\d+)?");
  private static final Pattern STRING =
      Pattern.compile("'((?:[^'\\\\]|\\\\.)*+)'|\"((?:[^\"\\\\]|\\\\.)*+)\"", Pattern.DOTALL);
  private static final Pattern SYMBOL =
      Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+*/%~\\[\\](){}<>=.:|,]");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  /** The tokens of a template; the last one is {@link Kind#END}. */
  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    Matcher begin = BEGIN.matcher(source);
    while (at < source.length() && begin.find(at)) {
      char kind = source.charAt(begin.start() + 1);
      char sign = sign(begin.end());
      Matcher raw = RAW.matcher(source).region(begin.start(), source.length());
      text(at, begin.start(), kind, sign);
      at = begin.end() + (sign == ' ' ? 0 : 1);
      lineStarting = false;
      if (raw.lookingAt()) {
        raw(raw);
      } else if (kind == '#') {
        int end = source.indexOf("#}", at);
        if (end < 0) {
          throw new TemplateException("a comment is not closed: add #}").at(line(begin.start()));
        }
        at = end;
        end("#}", end > begin.end() ? source.charAt(end - 1) : ' ');
      } else if (kind == '{') {
        add(Kind.OUTPUT_BEGIN, "{{", begin.start());
        inside("}}", Kind.OUTPUT_END, begin.start());
      } else {
        add(Kind.BLOCK_BEGIN, "{%", begin.start());
        inside("%}", Kind.BLOCK_END, begin.start());
      }
    }
    if (at < source.length()) {
      add(Kind.TEXT, source.substring(at), at);
    }
    add(Kind.END, "", source.length());
  }

  /** Takes what stands between {@code raw} and {@code endraw} as it is. */
  private void raw(Matcher opening) {
    at = opening.end();
    lineStarting = source.charAt(at - 1) == '\n';
    Matcher closing = END_RAW.matcher(source);
    if (!closing.find(at)) {
      throw new TemplateException("raw is not closed: add {% endraw %}").at(line(opening.start()));
    }
    text(at, closing.start(), '%', sign(closing.start() + 2));
    at = closing.end() - 2;
    char sign = source.charAt(at - 1);
    end("%}", sign == '-' || sign == '+' ? sign : ' ');
  }

  private char sign(int where) {
    char next = where < source.length() ? source.charAt(where) : ' ';
    return next == '-' || next == '+' ? next : ' ';
  }

  private void text(int from, int to, char kind, char sign) {
    String text = source.substring(from, to);
    if (sign == '-') {
      text = text.stripTrailing();
    } else if (kind != '{' && sign != '+') {
      int start = text.lastIndexOf('\n') + 1;
      if ((start > 0 || lineStarting) && text.substring(start).isBlank()) {
        text = text.substring(0, start);
      }
    }
    if (!text.isEmpty()) {
      add(Kind.TEXT, text, from);
    }
  }

  /** Passes over the end of a tag, and the blanks after it that go with it. */
  private void end(String end, char sign) {
    at += end.length();
    if (sign == '-') {
      while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
        at++;
      }
    } else if (sign != '+' && !end.equals("}}") && source.startsWith("\n", at)) {
      at++;
    }
    lineStarting = source.charAt(at - 1) == '\n';
  }

  private void inside(String end, Kind endKind, int begin) {
    int depth = 0;
    while (true) {
      while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
        at++;
      }
      if (at == source.length()) {
        throw new TemplateException("a tag is not closed: add " + end).at(line(begin));
      }
      char sign = sign(at);
      boolean closes =
          depth == 0 && (source.startsWith(end, at) || (sign != ' ' && after(end, at + 1)));
      if (closes) {
        add(endKind, end, at);
        at += source.startsWith(end, at) ? 0 : 1;
        end(end, sign);
        return;
      }
      depth += next();
    }
  }

  private boolean after(String end, int where) {
    return source.startsWith(end, where);
  }

  /** Adds one token; gives by how much brackets are deeper after it. */
  private int next() {
    if (match(STRING, Kind.STRING) || match(NAME, Kind.NAME) || match(NUMBER, Kind.INTEGER)) {
      return 0;
    }
    int begin = at;
    if (!match(SYMBOL, Kind.SYMBOL)) {
      throw new TemplateException("'" + source.charAt(at) + "' is unexpected").at(line(at));
    }
    char symbol = source.charAt(begin);
    return "([{".indexOf(symbol) >= 0 ? 1 : ")]}".indexOf(symbol) >= 0 ? -1 : 0;
  }

  private boolean match(Pattern pattern, Kind kind) {
    Matcher matcher = pattern.matcher(source).region(at, source.length());
    if (!matcher.lookingAt()) {
      return false;
    }
    int begin = at;
    at = matcher.end();
    if (kind == Kind.STRING) {
      String quoted = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
      add(kind, unescaped(quoted), begin);
    } else if (kind == Kind.INTEGER) {
      boolean decimal = matcher.group(2) != null || matcher.group(3) != null;
      add(decimal ? Kind.DECIMAL : kind, matcher.group().replace("_", ""), begin);
    } else {
      add(kind, matcher.group(), begin);
    }
    return true;
  }

  private static String unescaped(String quoted) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < quoted.length(); i++) {
      char c = quoted.charAt(i);
      if (c != '\\') {
        text.append(c);
        continue;
      }
      char escape = quoted.charAt(++i);
      int digits = escape == 'x' ? 2 : escape == 'u' ? 4 : 0;
      int plain = "ntrabfv\\'\"".indexOf(escape);
      if (digits > 0 && i + digits < quoted.length()) {
        text.append((char) Integer.parseInt(quoted.substring(i + 1, i + 1 + digits), 16));
        i += digits;
      } else if (plain >= 0) {
        text.append("\n\t\r\u0007\b\f\u000B\\'\"".charAt(plain));
      } else {
        text.append(c).append(escape);
      }
    }
    return text.toString();
  }

  private void add(Kind kind, String text, int where) {
    tokens.add(new Token(kind, text, line(where)));
  }

  private int line(int where) {
    return 1 + (int) source.substring(0, where).chars().filter(c -> c == '\n').count();
  }
}
