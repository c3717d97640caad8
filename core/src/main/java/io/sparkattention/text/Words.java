package io.sparkattention.text;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import org.apache.lucene.analysis.standard.StandardTokenizer;

/**
 * Counts the words of a text, by Unicode's text segmentation (UAX #29) as Lucene has it: an
 * ideograph of Chinese or Japanese is a word, a run of Thai letters is one, an emoji is one;
 * punctuation is none.
 */
public final class Words {

  private Words() {}

  /** How many words a text has. */
  public static int count(String text) {
    try (StandardTokenizer words = new StandardTokenizer()) {
      words.setReader(new StringReader(text));
      words.reset();
      int count = 0;
      while (words.incrementToken()) {
        count++;
      }
      words.end();
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string is always readable
    }
  }
}
