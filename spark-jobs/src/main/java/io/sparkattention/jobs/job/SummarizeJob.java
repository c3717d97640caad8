package io.sparkattention.jobs.job;

import static io.sparkattention.udfs.work.Columns.column;

import io.sparkattention.jobs.input.Documents;
import io.sparkattention.jobs.input.Sources;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.prompt.Prompts;
import io.sparkattention.summarize.AbstractiveSummarizer;
import io.sparkattention.summarize.Summarizer;
import io.sparkattention.summarize.Summarizers;
import io.sparkattention.udfs.batch.BatchMapper;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.work.ModelOptions;
import io.sparkattention.udfs.work.SummarizeWork;
import io.sparkattention.udfs.work.SummaryColumns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/** Summarizes documents, or groups of them. */
public final class SummarizeJob implements RowJob {

  static final OutputSchema SCHEMA =
      OutputSchema.of(
          "summaries",
          5,
          List.of("id"),
          Stream.concat(
                  Stream.of(column("id", DataTypes.StringType, "names the document, or the group")),
                  SummaryColumns.of(
                      column(
                          "document", DataTypes.StringType, "id of the document that it stands in"))
                      .stream())
              .toList());

  @Override
  public String name() {
    return "summarize";
  }

  @Override
  public String summary() {
    return "Summarize documents";
  }

  @Override
  public List<JobOption<?>> options() {
    return Stream.of(Sources.OPTIONS, SummarizeWork.OPTIONS, ModelOptions.OPTIONS)
        .<JobOption<?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public List<JobOption<String>> inputs() {
    return List.of(Documents.INPUT);
  }

  @Override
  public Optional<JobPlan> plan(JobContext context, Problems problems) {
    JobSettings settings = context.settings();
    Optional<Summarizer> summarizer = problems.check(() -> settings.value(SummarizeWork.STRATEGY));
    summarizer.ifPresent(each -> problems.check(() -> checkQuery(each, context, problems)));
    Optional<SummarizeWork> work =
        summarizer.flatMap(each -> problems.check(() -> SummarizeWork.of(settings, each)));
    Optional<Supplier<ModelCheck.Usable>> loading =
        work.map(each -> Meanwhile.begin(() -> usable(context.spark(), each)));
    Optional<Sources> sources =
        problems
            .check(() -> Sources.read(context.reader(), settings, problems))
            .flatMap(Function.identity());
    Optional<ModelCheck.Usable> model = loading.flatMap(each -> problems.check(each));
    if (sources.isEmpty() || model.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(plan(context, work.get(), sources.get(), model.get()));
  }

  private static ModelCheck.Usable usable(SparkSession spark, SummarizeWork work) {
    return work.model().generates()
        ? ModelCheck.generator(spark, work.model().spec(), work::requireFits)
        : new ModelCheck.Usable(ModelCheck.fingerprint(spark, work.model()));
  }

  private static JobPlan plan(
      JobContext context, SummarizeWork summarize, Sources sources, ModelCheck.Usable model) {
    SummaryMapping mapping = new SummaryMapping(summarize.model().provenance(), summarize.made());
    JobWork work =
        isWide(summarize)
            ? inRounds(context, summarize, mapping, sources)
            : JobWork.ofUnits(
                sources.rows(),
                Sources.ID,
                sources::units,
                sources.count(),
                new BatchMapper<>(mapping, summarize, context.window()));
    return new JobPlan(
        SCHEMA,
        model.fingerprint(),
        () -> work,
        Map::of,
        Prompts.digests(model.prompts()),
        Optional.empty());
  }

  /** Whether one source may be work for many machines. */
  private static boolean isWide(SummarizeWork summarize) {
    return summarize.summarizer() instanceof AbstractiveSummarizer writing
        && writing.rounds() == AbstractiveSummarizer.Rounds.WIDE;
  }

  private static JobWork inRounds(
      JobContext context, SummarizeWork summarize, SummaryMapping mapping, Sources sources) {
    int partitions = context.settings().value(RunOptions.PARTITIONS);
    SummaryRounds rounds =
        new SummaryRounds(summarize, mapping, sources, context.window(), partitions);
    return new JobWork(
        sources.rows(),
        Sources.ID,
        rounds::written,
        sources.count(),
        sources.count(),
        rounds.finish(),
        rounds::release);
  }

  private static void checkQuery(Summarizer summarizer, JobContext context, Problems problems) {
    boolean asked = context.settings().optional(Sources.QUERY_COLUMN).isPresent();
    String strategy = Summarizers.REGISTRY.format(summarizer).split(":")[0];
    if (summarizer.needsQuery() && !asked) {
      problems.add(
          "strategy " + strategy + " looks for a query: name its column by --query-column");
    }
    if (asked && !summarizer.needsQuery()) {
      problems.add(
          "strategy "
              + strategy
              + " looks for no query: drop --query-column, or use another strategy, such as"
              + " query-focused");
    }
  }
}
