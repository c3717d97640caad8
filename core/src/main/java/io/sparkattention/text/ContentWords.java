package io.sparkattention.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.bg.BulgarianAnalyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.cz.CzechAnalyzer;
import org.apache.lucene.analysis.da.DanishAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.el.GreekAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.et.EstonianAnalyzer;
import org.apache.lucene.analysis.fa.PersianAnalyzer;
import org.apache.lucene.analysis.fi.FinnishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.hi.HindiAnalyzer;
import org.apache.lucene.analysis.hu.HungarianAnalyzer;
import org.apache.lucene.analysis.it.ItalianAnalyzer;
import org.apache.lucene.analysis.lt.LithuanianAnalyzer;
import org.apache.lucene.analysis.lv.LatvianAnalyzer;
import org.apache.lucene.analysis.nl.DutchAnalyzer;
import org.apache.lucene.analysis.no.NorwegianAnalyzer;
import org.apache.lucene.analysis.pt.PortugueseAnalyzer;
import org.apache.lucene.analysis.ro.RomanianAnalyzer;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.analysis.sv.SwedishAnalyzer;
import org.apache.lucene.analysis.th.ThaiAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tr.TurkishAnalyzer;

/**
 * Finds the words of a text that carry meaning: in lower case, stemmed, without function words, as
 * Lucene's analyzer of the language does. Chinese, Japanese and Korean words are pairs of letters;
 * other languages without an analyzer have all their words, as they stand.
 */
public final class ContentWords {

  private static final String ENGLISH = "eng";

  /** By language in ISO 639-3. */
  private static final Map<String, Supplier<Analyzer>> ANALYZERS =
      Map.ofEntries(
          Map.entry("ara", ArabicAnalyzer::new),
          Map.entry("bul", BulgarianAnalyzer::new),
          Map.entry("ces", CzechAnalyzer::new),
          Map.entry("dan", DanishAnalyzer::new),
          Map.entry("deu", GermanAnalyzer::new),
          Map.entry("ell", GreekAnalyzer::new),
          Map.entry(ENGLISH, EnglishAnalyzer::new),
          Map.entry("est", EstonianAnalyzer::new),
          Map.entry("fas", PersianAnalyzer::new),
          Map.entry("fin", FinnishAnalyzer::new),
          Map.entry("fra", FrenchAnalyzer::new),
          Map.entry("hin", HindiAnalyzer::new),
          Map.entry("hun", HungarianAnalyzer::new),
          Map.entry("ita", ItalianAnalyzer::new),
          Map.entry("lav", LatvianAnalyzer::new),
          Map.entry("lit", LithuanianAnalyzer::new),
          Map.entry("nld", DutchAnalyzer::new),
          Map.entry("nob", NorwegianAnalyzer::new),
          Map.entry("por", PortugueseAnalyzer::new),
          Map.entry("ron", RomanianAnalyzer::new),
          Map.entry("rus", RussianAnalyzer::new),
          Map.entry("spa", SpanishAnalyzer::new),
          Map.entry("swe", SwedishAnalyzer::new),
          Map.entry("tha", ThaiAnalyzer::new),
          Map.entry("tur", TurkishAnalyzer::new));

  private static final Supplier<Analyzer> ANY = CJKAnalyzer::new;
  private static final Map<Supplier<Analyzer>, Analyzer> MADE = new ConcurrentHashMap<>();

  private final Analyzer analyzer; // thread-safe: it keeps one stream per thread

  private ContentWords(Analyzer analyzer) {
    this.analyzer = analyzer;
  }

  /**
   * Content words in the language of a text, as {@link Languages} tells it; a text in Latin letters
   * that is too short to tell counts as English.
   */
  public static ContentWords inLanguageOf(String text) {
    String language =
        Languages.of(text).orElse(SentenceSplitters.isMostlyLatin(text) ? ENGLISH : "");
    return new ContentWords(
        MADE.computeIfAbsent(ANALYZERS.getOrDefault(language, ANY), Supplier::get));
  }

  /** The content words of a text in their order, repetitions included. */
  public List<String> of(String text) {
    try (TokenStream stream = analyzer.tokenStream("", text)) {
      CharTermAttribute term = stream.addAttribute(CharTermAttribute.class);
      List<String> words = new ArrayList<>();
      stream.reset();
      while (stream.incrementToken()) {
        words.add(term.toString());
      }
      stream.end();
      return words;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string is always readable
    }
  }
}
