package io.sparkattention.jobs.job;

import static io.sparkattention.udfs.work.Columns.column;

import io.sparkattention.jobs.corpus.CorpusTable;
import io.sparkattention.jobs.corpus.CorpusTables;
import io.sparkattention.jobs.input.Documents;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.work.GenerationOptions;
import io.sparkattention.udfs.work.ModelOptions;
import io.sparkattention.udfs.work.StatisticsTable;
import io.sparkattention.udfs.work.StatisticsWork;
import io.sparkattention.udfs.work.TextAndTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** Computes statistics of what a model attends to while it reads documents. */
public final class AttentionStatsJob implements RowJob {

  static final JobOption<List<CorpusTable>> TABLES =
      JobOption.<List<CorpusTable>>optional(
              "tables",
              new OptionType<>("name,name,…", CorpusTables::named),
              "Tables that follow from all rows, to write beside them; a resumed run adds them: "
                  + CorpusTables.names())
          .forExecution();

  static final JobOption<String> TARGET_COLUMN =
      JobOption.optional(
          "target-column",
          OptionType.COLUMN,
          "The column of what was written, for the sites where something is; by default the model"
              + " writes");

  /** The output of a level. */
  static OutputSchema schema(StatisticsTable table) {
    List<StructField> columns = new ArrayList<>();
    columns.add(column("id", DataTypes.StringType, "names the document"));
    columns.addAll(table.columns());
    StatisticLevel rows =
        table.level() == StatisticLevel.CORPUS ? StatisticLevel.HEAD : table.level();
    String name = "attention-stats-" + rows.name().toLowerCase(Locale.ROOT);
    int version = table.level() == StatisticLevel.TOKEN ? 2 : 1;
    OutputSchema schema = OutputSchema.of(name, version, List.of("id"), columns);
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
    return Stream.of(
            Documents.OPTIONS,
            StatisticsWork.OPTIONS,
            List.of(TABLES, TARGET_COLUMN),
            ModelOptions.OPTIONS)
        .<JobOption<?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public List<JobOption<String>> inputs() {
    return List.of(Documents.INPUT);
  }

  @Override
  public Optional<JobPlan> plan(JobContext context, Problems problems) {
    AtomicReference<List<String>> announcement = new AtomicReference<>(); // once it was checked
    return DocumentWork.plan(context, problems, () -> work(context.settings(), announcement::set))
        .map(
            plan -> {
              StatisticsWork work = StatisticsWork.of(context.settings());
              List<CorpusTable> asked = tables(context.settings());
              List<CorpusTable> tables = ExplanationAgreement.with(asked, work);
              List<String> lines = new ArrayList<>(announcement.get());
              lines.addAll(ExplanationAgreement.advice(work));
              return plan.with(lines, export(tables, work));
            });
  }

  private static List<CorpusTable> tables(JobSettings settings) {
    return settings.optional(TABLES).orElse(List.of());
  }

  private static Optional<JobPlan.Export> export(List<CorpusTable> tables, StatisticsWork work) {
    Stream<JobPlan.Export> heads =
        work.level() == StatisticLevel.CORPUS
            ? Stream.of(new CorpusExport(work.table().names()))
            : Stream.of();
    Stream<JobPlan.Export> others =
        tables.isEmpty() ? Stream.of() : Stream.of(new CorpusTablesExport(tables, work.table()));
    return Stream.concat(heads, others).reduce(JobPlan.Export::then);
  }

  /** The work, once every reason why a table does not follow from its rows was told. */
  private static DocumentWork<TextAndTarget, Extracted> work(
      JobSettings settings, Consumer<List<String>> announced) {
    StatisticsWork work = StatisticsWork.of(settings);
    StatisticsTable table = work.table();
    List<JobOption<String>> targets =
        settings.optional(TARGET_COLUMN).isPresent() ? List.of(TARGET_COLUMN) : List.of();
    List<String> reasons = new ArrayList<>(targets.isEmpty() ? List.of() : misfits(settings, work));
    for (CorpusTable each : tables(settings)) {
      each.unsupportedReasons(table).forEach(r -> reasons.add("table " + each.name() + ": " + r));
    }
    if (!reasons.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reasons));
    }
    return new DocumentWork<>(
        spark -> {
          ModelCheck.Usable usable = usable(spark, work);
          announced.accept(usable.announcement());
          return usable.fingerprint();
        },
        schema(table),
        new StatisticsMapping(ModelOptions.provenance(work.spec()), table),
        work.withTargets(),
        targets);
  }

  private static ModelCheck.Usable usable(SparkSession spark, StatisticsWork work) {
    return work.site() == WatchedSite.SELF
        ? ModelCheck.reader(spark, work.spec(), work.site(), work::require)
        : ModelCheck.writer(spark, work.spec(), work.site(), work::require, work::requireWriting);
  }

  /** Why a column of what was written does not fit the other settings. */
  private static List<String> misfits(JobSettings settings, StatisticsWork work) {
    List<String> reasons = new ArrayList<>();
    if (work.site() == WatchedSite.SELF) {
      reasons.add("site self writes nothing: drop target-column, or name another site");
    }
    if (settings.asked(GenerationOptions.GENERATION).isPresent()) {
      reasons.add("target-column tells what was written: drop it, or the option generation");
    }
    return reasons;
  }
}
