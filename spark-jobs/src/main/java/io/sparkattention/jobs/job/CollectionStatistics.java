package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Candidates;
import io.sparkattention.rerank.CorpusStatistics;
import io.sparkattention.rerank.LexicalReranker;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;

/** Counts the terms of all queries in all passages, part by part on the executors. */
final class CollectionStatistics {

  private CollectionStatistics() {}

  static CorpusStatistics of(LexicalReranker reranker, Candidates candidates) {
    Set<String> terms = new HashSet<>();
    Dataset<String> queries =
        candidates.rows().select(Candidates.QUERY).na().drop().as(Encoders.STRING());
    queries.collectAsList().forEach(query -> terms.addAll(reranker.terms(query)));
    return candidates
        .passages()
        .select(Candidates.TEXT)
        .as(Encoders.STRING())
        .toJavaRDD()
        .mapPartitions(texts -> List.of(reranker.count(texts, terms)).iterator())
        .fold(CorpusStatistics.NONE, CorpusStatistics::plus);
  }
}
