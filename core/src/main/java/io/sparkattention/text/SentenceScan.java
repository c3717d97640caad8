package io.sparkattention.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What all splitters have in common: reading paragraph by paragraph through a bounded window, so
 * that no finder of boundaries sees an endless text, and keeping the promises of {@link
 * SentenceSplitter}.
 */
final class SentenceScan {

  /** UTF-16 units that a finder sees at once; more than two of the longest sentences. */
  private static final int WINDOW = 4 * SentenceSplitter.LONGEST;

  private static final Pattern BLANK_LINE =
      Pattern.compile("(?>\\R)\\h*(?>\\R)\\s*"); // atomic: \\r\\n is one break

  private final String text;
  private final Function<String, List<Integer>> starts;
  private final List<Sentence> sentences = new ArrayList<>();
  private int unit; // UTF-16 units that have been counted
  private int codePoint; // and how many code points they are

  private SentenceScan(String text, Function<String, List<Integer>> starts) {
    this.text = text;
    this.starts = starts;
  }

  /**
   * Splits a text.
   *
   * @param starts finds where sentences start in a part of a paragraph, except the first; ascending
   */
  static List<Sentence> split(String text, Function<String, List<Integer>> starts) {
    SentenceScan scan = new SentenceScan(text, starts);
    Matcher blankLine = BLANK_LINE.matcher(text);
    int from = 0;
    while (blankLine.find()) {
      scan.paragraph(from, blankLine.start());
      from = blankLine.end();
    }
    scan.paragraph(from, text.length());
    return scan.sentences;
  }

  private void paragraph(int from, int to) {
    int start = from;
    while (start < to) {
      int end = to - start > WINDOW ? CodePoints.floor(text, start + WINDOW) : to;
      int offset = start;
      for (int next : starts.apply(text.substring(start, end))) {
        sentence(start, offset + next);
        start = offset + next;
      }
      if (end == to) {
        sentence(start, end);
        start = end;
      } else if (start == offset) { // the window is all one sentence
        end = cut(start);
        sentence(start, end);
        start = end;
      }
    }
  }

  private void sentence(int from, int to) {
    int start = from;
    int end = to;
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (start < end && isSpace(text.charAt(end - 1))) {
      end--;
    }
    if (start == end) {
      return;
    }
    if (end - start > SentenceSplitter.LONGEST
        && text.codePointCount(start, end) > SentenceSplitter.LONGEST) {
      int cut = cut(start);
      sentence(start, cut);
      sentence(cut, end);
    } else {
      int first = codePoints(start);
      int last = codePoints(end);
      sentences.add(new Sentence(text.substring(start, end), first, last));
    }
  }

  /**
   * Where an over-long sentence is cut: at the last white space in its second half, or anywhere.
   */
  private int cut(int start) {
    int limit = text.offsetByCodePoints(start, SentenceSplitter.LONGEST);
    for (int i = limit; i > start + (limit - start) / 2; i--) {
      if (isSpace(text.charAt(i))) {
        return i;
      }
    }
    return limit;
  }

  private int codePoints(int index) {
    codePoint += text.codePointCount(unit, index);
    unit = index;
    return codePoint;
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c);
  }
}
