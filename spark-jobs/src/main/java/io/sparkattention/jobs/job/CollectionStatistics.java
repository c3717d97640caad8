package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.CandidateTables;
import io.sparkattention.jobs.input.Candidates;
import io.sparkattention.rerank.CorpusStatistics;
import io.sparkattention.rerank.TermAnalysis;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;

/** Counts the terms of all queries in all passages, part by part on the executors. */
final class CollectionStatistics {

  private CollectionStatistics() {}

  /** What each analysis counts; nothing if there is none. */
  static Map<TermAnalysis, CorpusStatistics> of(
      Set<TermAnalysis> analyses, CandidateTables tables) {
    Map<TermAnalysis, CorpusStatistics> statistics = new EnumMap<>(TermAnalysis.class);
    analyses.forEach(analysis -> statistics.put(analysis, of(analysis, tables)));
    return statistics;
  }

  private static CorpusStatistics of(TermAnalysis analysis, CandidateTables tables) {
    Set<String> terms = new HashSet<>();
    Dataset<String> queries =
        tables.queries().select(Candidates.QUERY).na().drop().as(Encoders.STRING());
    queries.collectAsList().forEach(query -> terms.addAll(analysis.terms(query)));
    return tables
        .passages()
        .select(Candidates.TEXT)
        .as(Encoders.STRING())
        .toJavaRDD()
        .mapPartitions(texts -> List.of(analysis.count(texts, terms)).iterator())
        .fold(CorpusStatistics.NONE, CorpusStatistics::plus);
  }
}
