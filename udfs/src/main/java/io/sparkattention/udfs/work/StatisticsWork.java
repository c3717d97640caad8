package io.sparkattention.udfs.work;

import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.statistics.RowSample;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.statistics.StatisticsExtractor.Source;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.statistics.TextSpan;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchFunction;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.work.Provenance.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Computes statistics of what a model attends to while it reads texts.
 *
 * @param spec the model
 * @param statistics what is computed
 * @param level what is told of it
 * @param markedUntil each text is marked up to where this first stands in it; null marks nothing
 */
public record StatisticsWork(
    ModelSpec spec, StatisticsPlan statistics, StatisticLevel level, String markedUntil)
    implements BatchComputation<String, Extracted> {

  public static final JobOption<StatisticsPlan> STATISTICS =
      JobOption.withDefault(
          "statistics",
          OptionType.specs(StatisticsPlan::of),
          "entropy,sink-rate,mean-distance,received-attention",
          "Which statistics, such as entropy,[sink-rate:k=1,epsilon=0.2] (see list statistics)");

  public static final JobOption<String> LEVEL =
      JobOption.withDefault(
          "level",
          OptionType.oneOf("document", "head", "token", "pair", "corpus"),
          "head",
          "What a row is: a document, one head in it, one token of it, or two of its heads; corpus"
              + " is head, and adds a table of the heads over all documents");

  public static final JobOption<Integer> ROWS =
      JobOption.withDefault(
          "sampled-rows",
          OptionType.wholeNumber(0),
          "64",
          "How many queries of a text statistics of rows look at; 0 takes all");

  public static final JobOption<String> MARKED_UNTIL =
      JobOption.optional(
          "marked-until",
          OptionType.TEXT,
          "Marks each text up to where this first stands in it, for statistics of a span such as"
              + " focus-score: an instruction before what it speaks of, a source before its"
              + " summary");

  /** All of them, without those of the model. */
  public static final List<JobOption<?>> OPTIONS = List.of(STATISTICS, LEVEL, ROWS, MARKED_UNTIL);

  /**
   * The work that settings describe.
   *
   * @throws IllegalArgumentException with every reason why statistics have nothing to say of it
   */
  public static StatisticsWork of(JobSettings settings) {
    StatisticsPlan plan =
        settings.value(STATISTICS).withRows(new RowSample(settings.value(ROWS), 0));
    StatisticLevel level = StatisticLevel.valueOf(settings.value(LEVEL).toUpperCase(Locale.ROOT));
    String until = settings.optional(MARKED_UNTIL).orElse(null);
    List<String> reasons =
        new ArrayList<>(
            plan.unsupportedReasons(level == StatisticLevel.CORPUS ? StatisticLevel.HEAD : level));
    if (until == null && !plan.readingMarks().isEmpty()) {
      reasons.add(
          String.join(", ", plan.readingMarks())
              + ": what is marked is not known: set marked-until to what ends the marked span");
    }
    if (!reasons.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reasons));
    }
    return new StatisticsWork(ModelOptions.spec(settings), plan, level, until);
  }

  /** How the statistics of a text came about. */
  public static Trace trace(Extracted extracted, double milliseconds) {
    return new Trace(extracted.tokens(), null, false, null, milliseconds);
  }

  /** The columns of the results. */
  public StatisticsTable table() {
    return StatisticsTable.of(level, statistics);
  }

  @Override
  public BatchFunction<String, Extracted> open(TaskModels models) {
    StatisticsExtractor extractor =
        new StatisticsExtractor(models.attentionReader(spec), statistics);
    return texts ->
        extractor.extractAll(texts.stream().map(this::marked).toList()).stream()
            .map(Outcome::of)
            .toList();
  }

  private Source marked(String text) {
    int end = markedUntil == null ? -1 : text.indexOf(markedUntil);
    return new Source(text, end < 0 ? null : new TextSpan(0, text.codePointCount(0, end)));
  }
}
