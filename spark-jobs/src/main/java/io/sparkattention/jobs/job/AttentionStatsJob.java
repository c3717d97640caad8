package io.sparkattention.jobs.job;

import io.sparkattention.jobs.config.JobOption;
import io.sparkattention.jobs.config.JobSettings;
import io.sparkattention.jobs.config.OptionType;
import io.sparkattention.jobs.config.Problems;
import io.sparkattention.jobs.input.Documents;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.udfs.batch.BatchComputation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Computes statistics of what a model attends to while it reads documents. */
public final class AttentionStatsJob implements Job {

  static final JobOption<StatisticsPlan> STATISTICS =
      JobOption.withDefault(
          "statistics",
          OptionType.specs(StatisticsPlan::of),
          "entropy,sink-rate,mean-distance,received-attention",
          "Which statistics, such as entropy,[sink-rate:k=1,epsilon=0.2] (see list statistics)");

  static final JobOption<String> LEVEL =
      JobOption.withDefault(
          "level",
          OptionType.oneOf("document", "head", "token"),
          "head",
          "What a row is: a document, one head in it, or one token of it");

  @Override
  public String name() {
    return "attention-stats";
  }

  @Override
  public String summary() {
    return "Compute statistics of what a model attends to in documents";
  }

  @Override
  public List<JobOption<?>> options() {
    return Stream.of(Documents.OPTIONS, List.of(STATISTICS, LEVEL), ModelOptions.OPTIONS)
        .<JobOption<?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public List<JobOption<String>> inputs() {
    return List.of(Documents.INPUT);
  }

  @Override
  public Optional<JobPlan> plan(JobContext context, Problems problems) {
    return DocumentWork.plan(context, problems, () -> work(context.settings()));
  }

  private static DocumentWork<Extracted> work(JobSettings settings) {
    ModelSpec spec = ModelOptions.spec(settings);
    StatisticsPlan statistics = settings.value(STATISTICS);
    StatisticLevel level = StatisticLevel.valueOf(settings.value(LEVEL).toUpperCase(Locale.ROOT));
    StatisticsTable table = StatisticsTable.of(level, statistics);
    return new DocumentWork<>(
        spark ->
            ModelCheck.fingerprint(
                spark, spec, model -> new StatisticsExtractor(model.attentionReader(), statistics)),
        table.schema(),
        new StatisticsMapping(ModelOptions.provenance(spec), table),
        extract(spec, statistics));
  }

  private static BatchComputation<String, Extracted> extract(
      ModelSpec spec, StatisticsPlan statistics) {
    return models -> {
      StatisticsExtractor extractor =
          new StatisticsExtractor(models.model(spec).attentionReader(), statistics);
      return texts -> extractor.extract(texts).stream().map(Outcome::of).toList();
    };
  }
}
