package io.sparkattention.jobs.job;

import static io.sparkattention.udfs.work.Columns.column;

import io.sparkattention.jobs.input.Documents;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.work.ModelOptions;
import io.sparkattention.udfs.work.StatisticsTable;
import io.sparkattention.udfs.work.StatisticsWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** Computes statistics of what a model attends to while it reads documents. */
public final class AttentionStatsJob implements RowJob {

  /** The output of a level. */
  static OutputSchema schema(StatisticsTable table) {
    List<StructField> columns = new ArrayList<>();
    columns.add(column("id", DataTypes.StringType, "names the document"));
    columns.addAll(table.columns());
    StatisticLevel rows =
        table.level() == StatisticLevel.CORPUS ? StatisticLevel.HEAD : table.level();
    String name = "attention-stats-" + rows.name().toLowerCase(Locale.ROOT);
    OutputSchema schema = OutputSchema.of(name, 1, List.of("id"), columns);
    return table.level() == StatisticLevel.DOCUMENT ? schema : schema.withSeveralRows();
  }

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
    return Stream.of(Documents.OPTIONS, StatisticsWork.OPTIONS, ModelOptions.OPTIONS)
        .<JobOption<?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public List<JobOption<String>> inputs() {
    return List.of(Documents.INPUT);
  }

  @Override
  public Optional<JobPlan> plan(JobContext context, Problems problems) {
    return DocumentWork.plan(context, problems, () -> work(context.settings()))
        .map(
            plan -> {
              StatisticsWork work = StatisticsWork.of(context.settings());
              Optional<JobPlan.Export> export =
                  work.level() == StatisticLevel.CORPUS
                      ? Optional.of(new CorpusExport(work.table().names()))
                      : Optional.empty();
              return plan.with(work.statistics().announcement(), export);
            });
  }

  private static DocumentWork<Extracted> work(JobSettings settings) {
    StatisticsWork work = StatisticsWork.of(settings);
    StatisticsTable table = work.table();
    return new DocumentWork<>(
        spark ->
            ModelCheck.fingerprintOfReader(
                spark, work.spec(), reader -> new StatisticsExtractor(reader, work.statistics())),
        schema(table),
        new StatisticsMapping(ModelOptions.provenance(work.spec()), table),
        work);
  }
}
