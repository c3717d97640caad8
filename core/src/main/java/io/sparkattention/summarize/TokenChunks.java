package io.sparkattention.summarize;

import io.sparkattention.text.Sentence;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts documents into chunks of a number of tokens, at the borders of sentences; only a sentence
 * that is longer than a chunk is cut itself.
 */
final class TokenChunks {

  private final SummaryWriter writer;
  private final int budget;
  private final int document;
  private final String text;
  private final Tokens tokens; // of the whole document
  private final int[] units; // where code points begin in the text
  private final List<SourceChunk> chunks = new ArrayList<>();

  private TokenChunks(int document, String text, int budget, SummaryWriter writer) {
    this.document = document;
    this.text = text;
    this.budget = budget;
    this.writer = writer;
    this.tokens = writer.encodeContent(text);
    this.units = units(text);
  }

  /** The place of each code point, and the end. */
  private static int[] units(String text) {
    int[] units = new int[text.codePointCount(0, text.length()) + 1];
    for (int i = 1; i < units.length; i++) {
      units[i] = text.offsetByCodePoints(units[i - 1], 1);
    }
    return units;
  }

  /**
   * The chunks of a document, in its order; they hold every sentence.
   *
   * @param budget tokens of a chunk in a prompt at most, at least 1
   * @param writer counts them
   */
  static List<SourceChunk> of(
      int document, String text, int budget, SentenceSplitter splitter, SummaryWriter writer) {
    TokenChunks made = new TokenChunks(document, text, budget, writer);
    made.cut(splitter.split(text));
    return made.chunks;
  }

  private void cut(List<Sentence> sentences) {
    int first = 0;
    while (first < sentences.size()) {
      int next = first + 1;
      int start = sentences.get(first).start();
      while (next < sentences.size() && between(start, sentences.get(next).end()) <= budget) {
        next++;
      }
      // a text by itself may have a token more or less than as a part of another
      while (next > first + 1 && count(start, sentences.get(next - 1).end()) > budget) {
        next--;
      }
      while (next < sentences.size() && fits(start, sentences.get(next).end())) {
        next++;
      }
      add(start, sentences.get(next - 1).end());
      first = next;
    }
  }

  private void add(int start, int end) {
    if (fits(start, end)) {
      chunks.add(new SourceChunk(document, start, end, count(start, end), false));
      return;
    }
    int from = start;
    while (from < end) { // one sentence that is too long
      int to = fitting(from, end);
      chunks.add(new SourceChunk(document, from, to, count(from, to), false));
      from = to;
    }
  }

  /** The end of the longest piece that fits; at least a code point, whatever it has. */
  private int fitting(int from, int end) {
    int kept = budget;
    int to = end;
    while (!fits(from, to) && kept > 0) {
      int last = Math.min(tokens.length() - 1, firstToken(from) + kept - 1);
      to = Math.max(from + 1, Math.min(end, tokens.ends()[last]));
      kept--;
    }
    return to;
  }

  /** Whether a part is within the budget; what has twice the tokens is not counted by itself. */
  private boolean fits(int start, int end) {
    return between(start, end) <= 2L * budget && count(start, end) <= budget;
  }

  /** Tokens of the document that begin in a part of it. */
  private int between(int start, int end) {
    return firstToken(end) - firstToken(start);
  }

  /** The first token that begins at a code point or later. */
  private int firstToken(int codePoint) {
    int found = Arrays.binarySearch(tokens.starts(), codePoint);
    if (found < 0) {
      return -found - 1;
    }
    while (found > 0 && tokens.starts()[found - 1] == codePoint) {
      found--;
    }
    return found;
  }

  private int count(int start, int end) {
    return writer.count(text.substring(units[start], units[end]));
  }
}
