package io.sparkattention.jobs.job;

import io.sparkattention.model.Outcome;
import io.sparkattention.rerank.CorpusStatistics;
import io.sparkattention.rerank.Ranking;
import io.sparkattention.rerank.RerankContext;
import io.sparkattention.rerank.RerankQuery;
import io.sparkattention.rerank.Reranker;
import io.sparkattention.rerank.TermAnalysis;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchFunction;
import io.sparkattention.udfs.executor.TaskModels;
import java.util.Map;

/**
 * What a task does with queries and their candidates.
 *
 * @param reranker the strategy
 * @param models those that it needs
 * @param statistics of the collection, as far as it needs them
 * @param counts where vectors came from
 */
record RerankWork(
    Reranker reranker,
    RerankModels models,
    Map<TermAnalysis, CorpusStatistics> statistics,
    EmbeddingCounts counts)
    implements BatchComputation<RerankQuery, Ranking> {

  @Override
  public BatchFunction<RerankQuery, Ranking> open(TaskModels leases) {
    RerankContext context = models.context(leases).with(counts);
    for (Map.Entry<TermAnalysis, CorpusStatistics> counted : statistics.entrySet()) {
      context = context.with(counted.getKey(), counted.getValue());
    }
    RerankContext ready = context;
    return queries -> reranker.rerank(queries, ready).stream().map(Outcome::of).toList();
  }
}
