package io.sparkattention.rerank;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.search.similarities.Similarity.SimScorer;

/** Scores texts for one query by BM25. */
final class Bm25Score {

  private record WeightedTerm(String term, SimScorer scorer) {}

  private final Bm25Terms terms;
  private final List<WeightedTerm> weighted = new ArrayList<>();

  /**
   * @param queryTerms how often each term occurs in the query
   */
  Bm25Score(Bm25Terms terms, Map<String, Integer> queryTerms) {
    this.terms = terms;
    queryTerms.forEach(
        (term, frequency) -> weighted.add(new WeightedTerm(term, terms.scorer(term, frequency))));
  }

  /** The score of a text; 0 if it has none of the query's terms. */
  float of(TermCounts text) {
    long norm = terms.norm(text);
    double sum = 0;
    for (WeightedTerm each : weighted) {
      Integer frequency = text.frequencies().get(each.term());
      if (frequency != null) {
        sum += each.scorer().score(frequency, norm);
      }
    }
    return (float) sum;
  }
}
