package io.sparkattention.rerank;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.FieldInvertState;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.Version;

/** Scores texts for one query by Lucene's own BM25, without an index. */
final class Bm25Score {

  private static final String FIELD = "text";

  private record WeightedTerm(String term, SimScorer scorer) {}

  private final BM25Similarity similarity;
  private final List<WeightedTerm> terms = new ArrayList<>();

  /**
   * @param queryTerms how often each term occurs in the query
   * @param statistics of the collection; a text with a term that the collection lacks is scored as
   *     if the collection had that term once
   */
  Bm25Score(float k1, float b, Map<String, Integer> queryTerms, CorpusStatistics statistics) {
    similarity = new BM25Similarity(k1, b);
    long documents = Math.max(1, statistics.documents());
    CollectionStatistics collection =
        new CollectionStatistics(
            FIELD, documents, documents, Math.max(documents, statistics.terms()), documents);
    queryTerms.forEach(
        (term, frequency) -> {
          long found = statistics.documentFrequencies().getOrDefault(term, 1L);
          long passages = Math.max(1, Math.min(documents, found));
          TermStatistics rarity = new TermStatistics(new BytesRef(term), passages, passages);
          terms.add(new WeightedTerm(term, similarity.scorer(frequency, collection, rarity)));
        });
  }

  /** The score of a text; 0 if it has none of the query's terms. */
  float of(TermCounts text) {
    long norm = norm(text);
    double sum = 0;
    for (WeightedTerm weighted : terms) {
      Integer frequency = text.frequencies().get(weighted.term());
      if (frequency != null) {
        sum += weighted.scorer().score(frequency, norm);
      }
    }
    return (float) sum;
  }

  /** The text's length as an index would round it. */
  private long norm(TermCounts text) {
    return similarity.computeNorm(
        new FieldInvertState(
            Version.LATEST.major,
            FIELD,
            IndexOptions.DOCS_AND_FREQS,
            text.length() - 1,
            text.length(),
            0,
            0,
            1,
            text.frequencies().size()));
  }
}
