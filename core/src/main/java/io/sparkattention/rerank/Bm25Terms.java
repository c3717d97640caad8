package io.sparkattention.rerank;

import org.apache.lucene.index.FieldInvertState;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.Version;

/** What terms of one collection are worth by Lucene's own BM25, without an index. */
final class Bm25Terms {

  private static final String FIELD = "text";

  private final BM25Similarity similarity;
  private final CorpusStatistics statistics;
  private final long documents;
  private final CollectionStatistics collection;

  /**
   * @param statistics of the collection; a text with a term that the collection lacks is scored as
   *     if the collection had that term once
   */
  Bm25Terms(Bm25Reranker options, CorpusStatistics statistics) {
    this.similarity = new BM25Similarity((float) options.k1(), (float) options.b());
    this.statistics = statistics;
    this.documents = Math.max(1, statistics.documents());
    this.collection =
        new CollectionStatistics(
            FIELD, documents, documents, Math.max(documents, statistics.terms()), documents);
  }

  /** Scores how often a term is in a text, where it is so often in the query. */
  SimScorer scorer(String term, int queryFrequency) {
    long found = statistics.documentFrequencies().getOrDefault(term, 1L);
    long passages = Math.max(1, Math.min(documents, found));
    TermStatistics rarity = new TermStatistics(new BytesRef(term), passages, passages);
    return similarity.scorer(queryFrequency, collection, rarity);
  }

  /** A text's length as an index would round it. */
  long norm(TermCounts text) {
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
