package io.sparkattention.jobs.job;

import static io.sparkattention.jobs.output.OutputSchema.column;

import io.sparkattention.jobs.config.JobOption;
import io.sparkattention.jobs.config.OptionType;
import io.sparkattention.jobs.config.Problems;
import io.sparkattention.jobs.input.Candidates;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.rerank.CorpusStatistics;
import io.sparkattention.rerank.Ranking;
import io.sparkattention.rerank.RerankContext;
import io.sparkattention.rerank.RerankQuery;
import io.sparkattention.rerank.Reranker;
import io.sparkattention.rerank.Rerankers;
import io.sparkattention.rerank.TermAnalysis;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;

/** Orders passages for queries. */
public final class RerankJob implements Job {

  static final OutputSchema SCHEMA =
      OutputSchema.of(
          "rankings",
          1,
          List.of("query_id", "passage_id"),
          List.of(
              column("query_id", DataTypes.StringType, "names the query"),
              column("passage_id", DataTypes.StringType, "names the passage"),
              column("score", DataTypes.DoubleType, "relevance in the strategy's unit"),
              column("rank", DataTypes.IntegerType, "place among the query's candidates, from 1"),
              column("strategy", DataTypes.StringType, "the strategy, with all options")));

  static final JobOption<Reranker> STRATEGY =
      JobOption.withDefault(
          "strategy",
          OptionType.spec(Rerankers.REGISTRY),
          "bi-encoder",
          "How to score passages (see list rerankers)");

  @Override
  public String name() {
    return "rerank";
  }

  @Override
  public String summary() {
    return "Order passages for queries";
  }

  @Override
  public List<JobOption<?>> options() {
    return Stream.of(Candidates.OPTIONS, List.of(STRATEGY), ModelOptions.OPTIONS)
        .<JobOption<?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public List<JobOption<String>> inputs() {
    return List.of(Candidates.QUERIES, Candidates.PASSAGES, Candidates.PAIRS, Candidates.INPUT);
  }

  @Override
  public Optional<JobPlan> plan(JobContext context, Problems problems) {
    Reranker reranker = context.settings().value(STRATEGY);
    ModelSpec spec = ModelOptions.spec(context.settings());
    StrategyModel model = new StrategyModel(reranker.needs(), spec);
    Supplier<String> check = Meanwhile.begin(() -> model.fingerprint(context.spark()));
    Optional<Candidates> candidates =
        Candidates.read(context.reader(), context.settings(), problems);
    Optional<String> fingerprint = problems.check(check);
    if (candidates.isEmpty() || fingerprint.isEmpty()) {
      return Optional.empty();
    }
    RankingMapping mapping =
        new RankingMapping(model.provenance(), Rerankers.REGISTRY.format(reranker));
    Map<TermAnalysis, CorpusStatistics> statistics =
        CollectionStatistics.of(reranker.termAnalyses(), candidates.get());
    BatchMapper<RerankQuery, Ranking> mapper =
        new BatchMapper<>(mapping, rank(reranker, model, statistics), context.window());
    return Optional.of(
        new JobPlan(
            candidates.get().rows(),
            Candidates.QUERY_ID,
            Candidates::byQuery,
            candidates.get().queries(),
            candidates.get().pairs(),
            SCHEMA,
            mapper,
            fingerprint.get()));
  }

  private static BatchComputation<RerankQuery, Ranking> rank(
      Reranker reranker, StrategyModel model, Map<TermAnalysis, CorpusStatistics> statistics) {
    return models -> {
      RerankContext context = RerankContext.empty();
      for (Map.Entry<TermAnalysis, CorpusStatistics> counted : statistics.entrySet()) {
        context = context.with(counted.getKey(), counted.getValue());
      }
      context = model.embedder(models).map(context::with).orElse(context);
      context = model.pairScorer(models).map(context::with).orElse(context);
      context = model.tokenEmbedder(models).map(context::with).orElse(context);
      context = model.chunkEmbedder(models).map(context::with).orElse(context);
      RerankContext ready = context;
      return queries -> reranker.rerank(queries, ready).stream().map(Outcome::of).toList();
    };
  }
}
