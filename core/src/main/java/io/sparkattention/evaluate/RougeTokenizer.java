package io.sparkattention.evaluate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** What ROUGE counts as a word. */
public enum RougeTokenizer {
  /**
   * As rouge-score with {@code use_stemmer}: runs of a–z and 0–9 in lower case, those of more than
   * three characters stemmed. Text in other scripts has no words.
   */
  STEMMED {
    @Override
    List<String> words(String text) {
      return latin(text).map(word -> word.length() > 3 ? PorterStemmer.stem(word) : word).toList();
    }
  },
  /** As rouge-score without a stemmer. */
  PLAIN {
    @Override
    List<String> words(String text) {
      return latin(text).toList();
    }
  },
  /**
   * Words of any script by Unicode's text segmentation (UAX #29) as Lucene has it, in lower case;
   * Han and Hiragana by the character.
   */
  UNICODE {
    @Override
    List<String> words(String text) {
      return segmented(text);
    }
  };

  private static final Pattern LATIN = Pattern.compile("[a-z0-9]+");
  private static final Pattern HALF_PAIRS = Pattern.compile("\\p{Cs}");
  private static final Analyzer SEGMENTER = new StandardAnalyzer(); // thread-safe

  /** The words of a text, in order. */
  abstract List<String> words(String text);

  /** Without halves of surrogate pairs: behind one at the end Lucene would drop all of the text. */
  static String whole(String text) {
    return HALF_PAIRS.matcher(text).replaceAll(" ");
  }

  private static Stream<String> latin(String text) {
    return LATIN.matcher(text.toLowerCase(Locale.ROOT)).results().map(MatchResult::group);
  }

  private static List<String> segmented(String text) {
    List<String> words = new ArrayList<>();
    try (TokenStream tokens = SEGMENTER.tokenStream("text", whole(text))) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        words.add(term.toString());
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return words;
  }
}
