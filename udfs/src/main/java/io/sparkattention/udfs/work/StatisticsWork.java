package io.sparkattention.udfs.work;

import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.statistics.RowSample;
import io.sparkattention.statistics.StatisticClass;
import io.sparkattention.statistics.StatisticLevel;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.statistics.StatisticsExtractor.Source;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.statistics.TextSpan;
import io.sparkattention.statistics.WritingStatistics;
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
 * @param site which attention of the model
 * @param generation how the model writes, where it does
 */
public record StatisticsWork(
    ModelSpec spec,
    StatisticsPlan statistics,
    StatisticLevel level,
    String markedUntil,
    WatchedSite site,
    GenerationSpec generation)
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

  public static final JobOption<String> SITE =
      JobOption.withDefault(
          "site",
          OptionType.oneOf("self", "decoder", "cross", "generation"),
          "self",
          "Which attention: self of what reads the texts; of an encoder-decoder also decoder, over"
              + " what it writes, and cross, from there to the text; of a decoder also generation,"
              + " token by token while it writes on");

  public static final JobOption<Boolean> EXPERIMENTAL =
      JobOption.withDefault(
          "experimental",
          OptionType.FLAG,
          "false",
          "Give numbers that mean nothing for the model at hand: the focus score of a model that"
              + " was not trained to follow instructions");

  /** All of them, without those of the model. */
  public static final List<JobOption<?>> OPTIONS =
      List.of(
          STATISTICS, LEVEL, ROWS, MARKED_UNTIL, SITE, EXPERIMENTAL, GenerationOptions.GENERATION);

  /**
   * The work that settings describe.
   *
   * @throws IllegalArgumentException with every reason why statistics have nothing to say of it
   */
  public static StatisticsWork of(JobSettings settings) {
    StatisticsPlan plan =
        settings
            .value(STATISTICS)
            .withRows(new RowSample(settings.value(ROWS), 0))
            .withExperimental(settings.value(EXPERIMENTAL));
    StatisticLevel level = StatisticLevel.valueOf(settings.value(LEVEL).toUpperCase(Locale.ROOT));
    String until = settings.optional(MARKED_UNTIL).orElse(null);
    List<String> reasons =
        new ArrayList<>(
            plan.unsupportedReasons(level == StatisticLevel.CORPUS ? StatisticLevel.HEAD : level));
    WatchedSite site = WatchedSite.valueOf(settings.value(SITE).toUpperCase(Locale.ROOT));
    if (site == WatchedSite.SELF && settings.asked(GenerationOptions.GENERATION).isPresent()) {
      reasons.add("site self writes nothing: drop the option generation");
    }
    reasons.addAll(unsupportedReasons(plan, level, site));
    if (until == null && site == WatchedSite.SELF && !plan.readingMarks().isEmpty()) {
      reasons.add(
          String.join(", ", plan.readingMarks())
              + ": what is marked is not known: set marked-until to what ends the marked span");
    }
    if (!reasons.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reasons));
    }
    return new StatisticsWork(
        ModelOptions.spec(settings), plan, level, until, site, GenerationOptions.spec(settings));
  }

  /** Of cross-attention, some statistics number the tokens of the text, others what is written. */
  private static List<String> unsupportedReasons(
      StatisticsPlan plan, StatisticLevel level, WatchedSite site) {
    List<StatisticClass> classes = List.copyOf(plan.classes().keySet());
    boolean both = classes.contains(StatisticClass.COLUMN) && classes.size() > 1;
    return site == WatchedSite.CROSS && level == StatisticLevel.TOKEN && both
        ? List.of(
            "statistics of columns number the tokens of the text, the others what is written: ask"
                + " for "
                + String.join(", ", plan.classes().get(StatisticClass.COLUMN))
                + " apart")
        : List.of();
  }

  /**
   * Checks that a model can give what is asked for.
   *
   * @return what will be computed and about what it costs, in sentences for people
   * @throws IllegalArgumentException with every reason why it cannot
   */
  public List<String> require(AttentionReader reader) {
    if (site == WatchedSite.SELF) {
      return new StatisticsExtractor(reader, statistics).announcement();
    }
    List<String> lines = new ArrayList<>(new WritingStatistics(reader, statistics).announcement());
    lines.set(
        lines.size() - 1,
        "Texts whose target is not given are written first; then what was written is "
            + (site == WatchedSite.GENERATION
                ? "written again a token at a time, which takes as many forward passes"
                : "read once"));
    return lines;
  }

  /**
   * Checks that a model can write as it is asked to.
   *
   * @throws IllegalArgumentException with every reason why it cannot
   */
  public void requireWriting(TextGenerator generator) {
    WatchedWriting.config(generator, generation);
  }

  /** How the statistics of a text came about. */
  public static Trace trace(Extracted extracted, double milliseconds) {
    Integer written = extracted.written() == 0 ? null : extracted.written();
    return new Trace(extracted.tokens(), written, extracted.truncated(), null, milliseconds);
  }

  /** The columns of the results. */
  public StatisticsTable table() {
    return StatisticsTable.of(level, statistics);
  }

  @Override
  public BatchFunction<String, Extracted> open(TaskModels models) {
    BatchFunction<TextAndTarget, Extracted> function = function(models);
    return texts ->
        function.apply(texts.stream().map(text -> new TextAndTarget(text, null)).toList());
  }

  /** The same for texts of which it may be told what was written. */
  public BatchComputation<TextAndTarget, Extracted> withTargets() {
    return this::function;
  }

  private BatchFunction<TextAndTarget, Extracted> function(TaskModels models) {
    AttentionReader reader = models.attentionReader(spec, site);
    if (site == WatchedSite.SELF) {
      StatisticsExtractor extractor = new StatisticsExtractor(reader, statistics);
      return inputs ->
          extractor
              .extractAll(
                  inputs.stream().map(each -> new Source(each.text(), mark(each.text()))).toList())
              .stream()
              .map(Outcome::of)
              .toList();
    }
    return new WatchedWriting(
            models.generator(spec),
            generation,
            new WritingStatistics(reader, statistics),
            this::mark)
        ::of;
  }

  /** What a text marks: nothing where the mark is not in it; null where no mark was asked for. */
  private TextSpan mark(String text) {
    if (markedUntil == null) {
      return null;
    }
    int end = Math.max(0, text.indexOf(markedUntil));
    return new TextSpan(0, text.codePointCount(0, end));
  }
}
