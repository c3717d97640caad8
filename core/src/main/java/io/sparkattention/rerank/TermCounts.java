package io.sparkattention.rerank;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * How often each term occurs in a text.
 *
 * @param frequencies the terms in the order in which they first occur
 * @param length the terms of the text, repetitions included
 */
record TermCounts(Map<String, Integer> frequencies, int length) {

  static TermCounts of(String text, Analyzer analyzer) {
    Map<String, Integer> frequencies = new LinkedHashMap<>();
    int length = 0;
    try (TokenStream tokens = analyzer.tokenStream("text", whole(text))) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        frequencies.merge(term.toString(), 1, Integer::sum);
        length++;
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new TermCounts(frequencies, length);
  }

  /**
   * Without half a surrogate pair at the end, for which Lucene's tokenizer drops all of the text.
   */
  private static String whole(String text) {
    int end = text.length();
    while (end > 0 && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }
}
