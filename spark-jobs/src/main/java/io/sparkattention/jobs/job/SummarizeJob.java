package io.sparkattention.jobs.job;

import static io.sparkattention.jobs.output.OutputSchema.column;

import io.sparkattention.jobs.config.JobOption;
import io.sparkattention.jobs.config.OptionType;
import io.sparkattention.jobs.config.Problems;
import io.sparkattention.jobs.input.Documents;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.jobs.output.Provenance;
import io.sparkattention.jobs.output.Provenance.Trace;
import io.sparkattention.model.Outcome;
import io.sparkattention.summarize.Budget;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.SummarizeContext;
import io.sparkattention.summarize.Summarizer;
import io.sparkattention.summarize.Summarizers;
import io.sparkattention.summarize.Summary;
import io.sparkattention.summarize.SummarySentence;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.udfs.batch.BatchComputation;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Summarizes documents. */
public final class SummarizeJob implements Job {

  private static final StructType SENTENCE =
      new StructType(
          new StructField[] {
            column("index", DataTypes.IntegerType, "place among the document's sentences, from 0"),
            column("start", DataTypes.IntegerType, "first code point in the document, from 0"),
            column("end", DataTypes.IntegerType, "the code point after the last"),
            column("score", DataTypes.DoubleType, "what it was chosen for; higher is better"),
            column("text", DataTypes.StringType, "the sentence, verbatim")
          });

  static final OutputSchema SCHEMA =
      OutputSchema.of(
          "summaries",
          1,
          List.of("id"),
          List.of(
              column("id", DataTypes.StringType, "names the document"),
              column("summary", DataTypes.StringType, "what the document says, in short"),
              column(
                  "sentences",
                  DataTypes.createArrayType(SENTENCE),
                  "the document's own sentences in it, in document order"),
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

  private record Mapping(Provenance provenance, String strategy)
      implements DocumentMapping<Summary> {
    @Override
    public void write(Row row, Outcome<Summary> outcome, double milliseconds, Consumer<Row> out) {
      if (outcome.failed()) {
        Trace trace = Trace.failed(outcome.error(), milliseconds);
        out.accept(provenance.row(trace, id(row), null, null, strategy));
        return;
      }
      Summary made = outcome.value();
      Trace trace =
          new Trace(made.tokensIn(), made.tokensOut(), made.truncated(), null, milliseconds);
      Row[] sentences = made.sentences().stream().map(Mapping::sentence).toArray(Row[]::new);
      out.accept(provenance.row(trace, id(row), made.text(), sentences, strategy));
    }

    private static Row sentence(SummarySentence sentence) {
      return RowFactory.create(
          sentence.index(), sentence.start(), sentence.end(), sentence.score(), sentence.text());
    }
  }

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
    return Stream.of(Documents.OPTIONS, List.of(STRATEGY, BUDGET), ModelOptions.OPTIONS)
        .<JobOption<?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public List<JobOption<String>> inputs() {
    return List.of(Documents.INPUT);
  }

  @Override
  public Optional<JobPlan> plan(JobContext context, Problems problems) {
    Summarizer summarizer = context.settings().value(STRATEGY);
    StrategyModel model =
        new StrategyModel(summarizer.needs(), ModelOptions.spec(context.settings()));
    DocumentWork<Summary> work =
        new DocumentWork<>(
            model::fingerprint,
            SCHEMA,
            new Mapping(model.provenance(), Summarizers.REGISTRY.format(summarizer)),
            summarize(summarizer, context.settings().value(BUDGET), model));
    return work.plan(context, problems);
  }

  private static BatchComputation<String, Summary> summarize(
      Summarizer summarizer, Budget budget, StrategyModel model) {
    return models -> {
      SentenceSplitter splitter = SentenceSplitters.byLanguage();
      SummarizeContext context =
          model
              .loaded(models)
              .map(loaded -> SummarizeContext.of(splitter, loaded))
              .orElseGet(() -> SummarizeContext.withoutModel(splitter));
      return texts ->
          summarizer.summarize(texts.stream().map(Source::of).toList(), budget, context);
    };
  }
}
