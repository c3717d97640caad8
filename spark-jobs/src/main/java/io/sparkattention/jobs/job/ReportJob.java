package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.DocumentTexts;
import io.sparkattention.jobs.input.InputReader;
import io.sparkattention.jobs.output.Counts;
import io.sparkattention.jobs.output.Manifest;
import io.sparkattention.jobs.output.OutputDirectory;
import io.sparkattention.jobs.output.OutputMode;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.jobs.output.RunRecord;
import io.sparkattention.jobs.report.AttentionReport;
import io.sparkattention.jobs.report.AttentionReport.RunNumbers;
import io.sparkattention.jobs.report.AttentionReportPage;
import io.sparkattention.jobs.report.DifferenceTable;
import io.sparkattention.jobs.report.LevelTable;
import io.sparkattention.jobs.report.StatisticsRun;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows what attention-stats wrote, on one page that people read in a browser. */
public final class ReportJob implements Job {

  /** The page's file. */
  static final String PAGE = "index.html";

  /** Where two runs are compared in a table. */
  static final String DIFFERENCES = "_differences";

  private static final Logger LOG = LoggerFactory.getLogger(ReportJob.class);
  private static final OutputSchema SCHEMA =
      OutputSchema.withoutProvenance("report", 1, List.of(), List.of());

  /** What a report is made of, all checks passed. */
  private record Plan(
      List<StatisticsRun> runs, List<String> documents, Optional<AttentionReport.Texts> texts) {}

  @Override
  public String name() {
    return "report";
  }

  @Override
  public String summary() {
    return "Show attention statistics on a page for a browser";
  }

  @Override
  public List<JobOption<?>> options() {
    return ReportOptions.OPTIONS;
  }

  @Override
  public List<JobOption<?>> runOptions() {
    return ReportOptions.OF_RUN;
  }

  @Override
  public JobReport run(
      SparkSession spark, PrintStream terminal, JobSettings settings, Problems problems) {
    long started = System.nanoTime();
    Instant began = Instant.now();
    Optional<OutputDirectory> output =
        problems.check(() -> ReportTables.directory(spark, settings.value(ReportOptions.OUTPUT)));
    Optional<OutputMode> mode =
        problems.check(
            () -> settings.value(RunOptions.OVERWRITE) ? OutputMode.OVERWRITE : OutputMode.NEW);
    if (output.isPresent() && mode.isPresent()) {
      check(output.get(), mode.get(), settings, problems);
    }
    Optional<Plan> plan =
        problems.check(() -> plan(spark, settings, problems)).flatMap(Function.identity());
    problems.throwIfAny();
    try {
      Manifest manifest =
          new Manifest(name(), SCHEMA.name() + "/" + SCHEMA.version(), "", settings.forResults());
      output.get().open(mode.get(), manifest, SCHEMA);
      AttentionReport report =
          AttentionReport.of(
              plan.get().runs(),
              plan.get().documents(),
              plan.get().texts(),
              settings.asMap(),
              Versions.of(spark));
      output.get().writeText(PAGE, AttentionReportPage.html(report));
      if (report.differences() != null) {
        DifferenceTable.of(spark, report.differences())
            .coalesce(1)
            .write()
            .mode("overwrite")
            .parquet(output.get().beside(DIFFERENCES).toString());
      }
      Counts counts =
          report.runs().stream().map(ReportJob::counts).reduce(Counts.NONE, Counts::plus);
      double seconds = (System.nanoTime() - started) / 1e9;
      output.get().writeRun(record(spark, settings, manifest, counts, began, seconds));
      output.get().succeed();
      String page = output.get().beside(PAGE).toString();
      return new JobReport(ExitCode.DONE, page, counts, seconds, null);
    } catch (UsageException e) {
      throw e;
    } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
      LOG.error("The report failed", e);
      throw new JobFailedException(
          ExitCode.FAILED, "report failed: " + e.getMessage() + ": run again with --overwrite", e);
    }
  }

  private static void check(
      OutputDirectory output, OutputMode mode, JobSettings settings, Problems problems) {
    try {
      output.check(mode, problems);
      for (String input : locations(settings, problems)) {
        output.checkApart(input, problems);
      }
    } catch (IOException e) {
      problems.add("output " + output.location() + " cannot be looked at: " + e.getMessage());
    }
  }

  private static List<String> locations(JobSettings settings, Problems problems) {
    return Stream.of(ReportOptions.INPUT, ReportOptions.COMPARE)
        .flatMap(option -> problems.check(() -> settings.optional(option)).stream())
        .flatMap(Optional::stream)
        .flatMap(List::stream)
        .toList();
  }

  private static Optional<Plan> plan(SparkSession spark, JobSettings settings, Problems problems) {
    List<Optional<StatisticsRun>> runs = new ArrayList<>();
    runs.add(ReportTables.run(spark, settings.value(ReportOptions.INPUT), problems));
    settings
        .optional(ReportOptions.COMPARE)
        .ifPresent(locations -> runs.add(ReportTables.run(spark, locations, problems)));
    List<String> documents = settings.optional(ReportOptions.DOCUMENTS).orElse(List.of());
    boolean texts = settings.optional(DocumentTexts.TEXTS).isPresent();
    if (runs.get(0).isPresent()) {
      checkDocuments(runs.get(0).get(), documents, texts, problems);
    }
    if (runs.stream().anyMatch(Optional::isEmpty)) {
      return Optional.empty();
    }
    InputReader reader = new InputReader(spark);
    Optional<Map<String, String>> named = Optional.of(Map.of());
    if (texts) {
      named = DocumentTexts.read(reader, settings, documents, problems);
      checkTexts(named, documents, problems);
    }
    AttentionReport.Texts found =
        ids -> DocumentTexts.read(reader, settings, ids, problems).orElse(Map.of());
    return Optional.of(
        new Plan(
            runs.stream().map(Optional::get).toList(),
            documents,
            texts ? Optional.of(found) : Optional.empty()));
  }

  private static void checkDocuments(
      StatisticsRun run, List<String> documents, boolean texts, Problems problems) {
    Optional<LevelTable> tokens = Optional.ofNullable(run.tables().get(StatisticLevel.TOKEN));
    if (!documents.isEmpty() && tokens.isEmpty()) {
      problems.add(
          "--documents needs the numbers of tokens: add what attention-stats --level token wrote"
              + " to --input");
    }
    String site = tokens.map(LevelTable::site).orElse(LevelTable.SELF);
    if (!site.equals(LevelTable.SELF)) {
      problems.add(
          "the numbers of tokens of %s are those of site %s, whose tokens do not stand in the texts"
                  .formatted(tokens.get().location(), site)
              + " that were read: leave it out");
      return;
    }
    if (tokens.isPresent() && !texts) {
      problems.add(
          "the numbers of tokens are shown in their texts: name the documents with --texts, or"
              + " leave out "
              + tokens.get().location());
    }
    if (tokens.isPresent() && !documents.isEmpty()) {
      TreeSet<String> missing = new TreeSet<>(documents);
      tokens.get().ids(documents).forEach(missing::remove);
      missing.forEach(
          id ->
              problems.add(
                  "--documents " + id + ": " + tokens.get().location() + " has no such id"));
    }
  }

  private static void checkTexts(
      Optional<Map<String, String>> texts, List<String> documents, Problems problems) {
    if (texts.isPresent()) {
      documents.stream()
          .filter(id -> !texts.get().containsKey(id))
          .forEach(id -> problems.add("--documents " + id + ": there is no text of it in --texts"));
    }
  }

  private static Counts counts(RunNumbers run) {
    var documents = run.documents();
    long heads = run.heads() == null ? 0 : run.heads().heads().size();
    return new Counts(
        documents.documents() + documents.failed(),
        documents.documents() * Math.max(1, heads),
        documents.failed(),
        documents.truncated(),
        Math.round(documents.tokens().mean().n() * documents.tokens().mean().mean()));
  }

  private RunRecord record(
      SparkSession spark,
      JobSettings settings,
      Manifest manifest,
      Counts counts,
      Instant began,
      double seconds) {
    return new RunRecord(
        name(),
        ExitCode.DONE.status(),
        ExitCode.DONE.number(),
        null,
        manifest.schema(),
        settings.asMap(),
        Versions.of(spark),
        "",
        Map.of(),
        counts,
        counts.errorRate(),
        Map.of(),
        spark.sparkContext().applicationId(),
        began.toString(),
        Instant.now().toString(),
        Map.of("all", seconds),
        new TreeMap<>());
  }
}
