package io.sparkattention.jobs.job;

import static io.sparkattention.jobs.output.OutputSchema.column;

import io.sparkattention.jobs.config.JobOption;
import io.sparkattention.jobs.config.JobSettings;
import io.sparkattention.jobs.config.OptionType;
import io.sparkattention.jobs.config.Problems;
import io.sparkattention.jobs.input.Documents;
import io.sparkattention.jobs.input.Sources;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.summarize.Budget;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.SummarizeContext;
import io.sparkattention.summarize.Summarizer;
import io.sparkattention.summarize.Summarizers;
import io.sparkattention.summarize.Summary;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchMapper;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Summarizes documents, or groups of them. */
public final class SummarizeJob implements Job {

  private static final StructType SENTENCE =
      new StructType(
          new StructField[] {
            column("document", DataTypes.StringType, "id of the document that it stands in"),
            column("index", DataTypes.IntegerType, "place among the document's sentences, from 0"),
            column("start", DataTypes.IntegerType, "first code point in the document, from 0"),
            column("end", DataTypes.IntegerType, "the code point after the last"),
            column("score", DataTypes.DoubleType, "what it was chosen for; higher is better"),
            column("text", DataTypes.StringType, "the sentence, verbatim")
          });

  static final OutputSchema SCHEMA =
      OutputSchema.of(
          "summaries",
          2,
          List.of("id"),
          List.of(
              column("id", DataTypes.StringType, "names the document, or the group"),
              column("summary", DataTypes.StringType, "what it says, in short"),
              column(
                  "sentences",
                  DataTypes.createArrayType(SENTENCE),
                  "the documents' own sentences in it, in their order"),
              column("strategy", DataTypes.StringType, "the strategy, with all options")));

  static final JobOption<Summarizer> STRATEGY =
      JobOption.withDefault(
          "strategy",
          OptionType.spec(Summarizers.REGISTRY),
          "lexrank",
          "How to summarize (see list summarizers)");

  static final JobOption<Budget> BUDGET =
      JobOption.withDefault(
          "budget",
          new OptionType<>("unit=amount", Budget::parse),
          Budget.DEFAULT.toString(),
          "How long a summary may be: sentences=3, words=100, tokens=128 (the model's; words without"
              + " one) or compression=0.1 (share of the words)");

  static final JobOption<String> SENTENCES =
      JobOption.withDefault(
          "sentences",
          OptionType.oneOf(SentenceSplitters.names().toArray(String[]::new)),
          "auto",
          "How sentences are found: by the language that is detected, by Unicode's rules, or by the"
              + " model of one language");

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
    return Stream.of(Sources.OPTIONS, List.of(STRATEGY, BUDGET, SENTENCES), ModelOptions.OPTIONS)
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
    Optional<Summarizer> summarizer = problems.check(() -> settings.value(STRATEGY));
    summarizer.ifPresent(each -> problems.check(() -> checkQuery(each, context, problems)));
    Optional<StrategyModel> model =
        summarizer.flatMap(
            each ->
                problems.check(() -> new StrategyModel(each.needs(), ModelOptions.spec(settings))));
    Optional<Supplier<String>> loading =
        model.map(each -> Meanwhile.begin(() -> each.fingerprint(context.spark())));
    Optional<Sources> sources =
        problems
            .check(() -> Sources.read(context.reader(), settings, problems))
            .flatMap(Function.identity());
    Optional<String> fingerprint = loading.flatMap(each -> problems.check(each));
    if (sources.isEmpty() || fingerprint.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        plan(context, summarizer.get(), model.get(), sources.get(), fingerprint.get()));
  }

  private static JobPlan plan(
      JobContext context,
      Summarizer summarizer,
      StrategyModel model,
      Sources sources,
      String fingerprint) {
    SummaryMapping mapping =
        new SummaryMapping(model.provenance(), Summarizers.REGISTRY.format(summarizer));
    JobWork work =
        JobWork.ofUnits(
            sources.rows(),
            Sources.ID,
            sources::units,
            sources.count(),
            new BatchMapper<>(
                mapping, summarize(summarizer, context.settings(), model), context.window()));
    return JobPlan.of(SCHEMA, fingerprint, () -> work);
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

  private static BatchComputation<Source, Summary> summarize(
      Summarizer summarizer, JobSettings settings, StrategyModel model) {
    Budget budget = settings.value(BUDGET);
    String sentences = settings.value(SENTENCES);
    return models -> {
      SentenceSplitter splitter = SentenceSplitters.named(sentences);
      SummarizeContext context =
          model
              .loaded(models)
              .map(loaded -> SummarizeContext.of(splitter, loaded))
              .orElseGet(() -> SummarizeContext.withoutModel(splitter));
      return sources -> summarizer.summarize(sources, budget, context);
    };
  }
}
