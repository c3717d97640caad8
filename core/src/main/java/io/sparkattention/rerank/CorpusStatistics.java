package io.sparkattention.rerank;

import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a lexical score needs to know about the whole collection. Parts of a collection are counted
 * apart and added up.
 *
 * @param documents how many passages have a term at all
 * @param terms how many terms they have together, repetitions included
 * @param documentFrequencies in how many passages each term of interest occurs
 */
public record CorpusStatistics(long documents, long terms, Map<String, Long> documentFrequencies)
    implements Serializable {

  /** The statistics of no passages. */
  public static final CorpusStatistics NONE = new CorpusStatistics(0, 0, Map.of());

  public CorpusStatistics {
    documentFrequencies = Collections.unmodifiableMap(new TreeMap<>(documentFrequencies));
  }

  /** The statistics of both parts together; no passage may be in both. */
  public CorpusStatistics plus(CorpusStatistics other) {
    Map<String, Long> sum = new TreeMap<>(documentFrequencies);
    other.documentFrequencies.forEach((term, count) -> sum.merge(term, count, Long::sum));
    return new CorpusStatistics(documents + other.documents, terms + other.terms, sum);
  }

  /** Counts in texts; one without a term is no passage. */
  static CorpusStatistics count(Iterator<TermCounts> texts, Set<String> terms) {
    Map<String, Long> frequencies = new TreeMap<>();
    long documents = 0;
    long length = 0;
    while (texts.hasNext()) {
      TermCounts text = texts.next();
      documents += text.length() > 0 ? 1 : 0;
      length += text.length();
      for (String term : text.frequencies().keySet()) {
        if (terms.contains(term)) {
          frequencies.merge(term, 1L, Long::sum);
        }
      }
    }
    return new CorpusStatistics(documents, length, frequencies);
  }
}
