package io.sparkattention.udfs.work;

import io.sparkattention.model.Outcome;
import io.sparkattention.rerank.CorpusStatistics;
import io.sparkattention.rerank.EmbeddingCounter;
import io.sparkattention.rerank.Ranking;
import io.sparkattention.rerank.RerankContext;
import io.sparkattention.rerank.RerankQuery;
import io.sparkattention.rerank.Reranker;
import io.sparkattention.rerank.Rerankers;
import io.sparkattention.rerank.TermAnalysis;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchFunction;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.executor.TaskModels;
import java.util.Map;

/**
 * What a task does with queries and their candidates.
 *
 * @param reranker the strategy
 * @param models those that it needs
 * @param statistics of the collection, as far as it needs them
 * @param counter is told where vectors came from; serializable
 */
public record RerankWork(
    Reranker reranker,
    RerankModels models,
    Map<TermAnalysis, CorpusStatistics> statistics,
    EmbeddingCounter counter)
    implements BatchComputation<RerankQuery, Ranking> {

  public static final JobOption<Reranker> STRATEGY =
      JobOption.withDefault(
          "strategy",
          OptionType.spec(Rerankers.REGISTRY),
          "bi-encoder",
          "How to score passages (see list rerankers)");

  /** The strategy with all options. */
  public String strategy() {
    return strategy(reranker);
  }

  static String strategy(Reranker reranker) {
    return Rerankers.REGISTRY.format(reranker);
  }

  @Override
  public BatchFunction<RerankQuery, Ranking> open(TaskModels leases) {
    RerankContext context = models.context(leases).with(counter);
    for (Map.Entry<TermAnalysis, CorpusStatistics> counted : statistics.entrySet()) {
      context = context.with(counted.getKey(), counted.getValue());
    }
    RerankContext ready = context;
    reranker.require(ready);
    return queries -> reranker.rerank(queries, ready).stream().map(Outcome::of).toList();
  }
}
