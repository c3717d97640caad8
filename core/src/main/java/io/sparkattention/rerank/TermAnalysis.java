package io.sparkattention.rerank;

import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;

/** How text becomes terms, as Lucene does it. */
public enum TermAnalysis {
  /** English: stop words are dropped, words are stemmed. */
  ENGLISH(new EnglishAnalyzer()),
  /** Any language with word boundaries: lower case, nothing else. */
  STANDARD(new StandardAnalyzer());

  private final Analyzer analyzer; // thread-safe: it keeps one stream per thread

  TermAnalysis(Analyzer analyzer) {
    this.analyzer = analyzer;
  }

  /** The terms of a query, which are all whose frequencies are of interest; none if it is null. */
  public Set<String> terms(String query) {
    return query == null ? Set.of() : count(query).frequencies().keySet();
  }

  /**
   * Counts in a part of a collection.
   *
   * @param passages texts, each passage once; null and blank ones count as no passage
   * @param terms the terms of all queries
   */
  public CorpusStatistics count(Iterator<String> passages, Set<String> terms) {
    Iterable<String> texts = () -> passages;
    return CorpusStatistics.count(
        StreamSupport.stream(texts.spliterator(), false)
            .filter(Objects::nonNull)
            .map(this::count)
            .iterator(),
        terms);
  }

  TermCounts count(String text) {
    return TermCounts.of(text, analyzer);
  }
}
