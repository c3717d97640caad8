package io.sparkattention.rerank;

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

  TermCounts count(String text) {
    return TermCounts.of(text, analyzer);
  }
}
