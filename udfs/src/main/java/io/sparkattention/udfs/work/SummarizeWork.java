package io.sparkattention.udfs.work;

import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.summarize.AbstractiveSummarizer;
import io.sparkattention.summarize.Budget;
import io.sparkattention.summarize.Seq2SeqSummarizer;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.SummarizeContext;
import io.sparkattention.summarize.Summarizer;
import io.sparkattention.summarize.Summarizers;
import io.sparkattention.summarize.Summary;
import io.sparkattention.summarize.SummaryWriter;
import io.sparkattention.summarize.WatchedColumn;
import io.sparkattention.summarize.Watching;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchFunction;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.executor.TaskModels;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Summarizes documents, or groups of them.
 *
 * @param summarizer the strategy
 * @param budget how long a summary may be
 * @param sentences how sentences are found
 * @param model the strategy's
 * @param generation how the model writes, where it does
 * @param watching what is told of its attention meanwhile
 */
public record SummarizeWork(
    Summarizer summarizer,
    Budget budget,
    String sentences,
    StrategyModel model,
    GenerationSpec generation,
    Watching watching)
    implements BatchComputation<Source, Summary> {

  public static final JobOption<Summarizer> STRATEGY =
      JobOption.withDefault(
          "strategy",
          OptionType.spec(Summarizers.REGISTRY),
          "lexrank",
          "How to summarize (see list summarizers)");

  public static final JobOption<Budget> BUDGET =
      JobOption.optional(
          "budget",
          new OptionType<>("unit=amount", Budget::parse),
          "How long a summary may be: sentences=3, words=100, tokens=128 (the model's; words"
              + " without one) or compression=0.1 (share of the words); by default sentences=3, and"
              + " of a summary that a model writes what its generation allows");

  public static final JobOption<String> SENTENCES =
      JobOption.withDefault(
          "sentences",
          OptionType.oneOf(SentenceSplitters.names().toArray(String[]::new)),
          "auto",
          "How sentences are found: by the language that is detected, by Unicode's rules, or by the"
              + " model of one language");

  public static final JobOption<Set<WatchedColumn>> WITH =
      JobOption.optional(
          "with",
          OptionType.specs(WatchedColumn::named),
          "What a decoder's attention tells of its summary, with strategy seq2seq: lookback_ratio"
              + " of each sentence, focus_score of the prompt");

  /** All of them, without those of the model. */
  public static final List<JobOption<?>> OPTIONS =
      Stream.of(
              List.of(STRATEGY, BUDGET, SENTENCES),
              GenerationOptions.OPTIONS,
              List.of(WITH, StatisticsWork.EXPERIMENTAL))
          .<JobOption<?>>flatMap(List::stream)
          .toList();

  /**
   * The work that settings describe.
   *
   * @throws IllegalArgumentException if they do not fit together
   */
  public static SummarizeWork of(JobSettings settings, Summarizer summarizer) {
    StrategyModel model = new StrategyModel(summarizer.needs(), ModelOptions.spec(settings));
    Optional<Budget> asked = settings.optional(BUDGET);
    Watching watching =
        new Watching(
            settings.optional(WITH).orElse(Set.of()), settings.value(StatisticsWork.EXPERIMENTAL));
    if (!watching.columns().isEmpty() && !(summarizer instanceof Seq2SeqSummarizer)) {
      throw new IllegalArgumentException(
          "strategy "
              + name(summarizer)
              + " does not write its summary in one pass over the text, so that attention does not"
              + " tell what it looks back at: drop --with, or use strategy seq2seq");
    }
    if (!model.generates()) {
      GenerationOptions.requireUnset(settings, name(summarizer));
    } else if (asked.isPresent() && asked.get().unit() != Budget.Unit.TOKENS) {
      throw new IllegalArgumentException(
          "strategy "
              + name(summarizer)
              + " has a model write, which a budget of "
              + asked.get()
              + " cannot bound: use --budget tokens=128, or leave it out");
    }
    return new SummarizeWork(
        summarizer,
        asked.orElse(Budget.DEFAULT),
        settings.value(SENTENCES),
        model,
        GenerationOptions.spec(settings),
        watching);
  }

  /** The strategy with all options. */
  public String strategy() {
    return Summarizers.REGISTRY.format(summarizer);
  }

  /** What rows say about it. */
  public SummaryColumns.Made made() {
    String kvCache =
        model.generates() ? KvCachePolicies.REGISTRY.format(generation.policy()) : null;
    return new SummaryColumns.Made(strategy(), kvCache);
  }

  private static String name(Summarizer summarizer) {
    return Summarizers.REGISTRY.format(summarizer).split(":")[0];
  }

  /**
   * Checks that the strategy can use a model that writes.
   *
   * @return the prompts that it will be told, by name and version
   * @throws IllegalArgumentException with the reason if it cannot
   */
  public List<String> requireFits(TextGenerator generator) {
    if (!(summarizer instanceof AbstractiveSummarizer writing)) {
      return List.of();
    }
    SummaryWriter writer = new SummaryWriter(generator, generation, watching);
    writing.requireFits(writer, budget);
    return writer.promptNames(writing.kinds());
  }

  /** What the strategy works with inside a task. */
  public SummarizeContext context(TaskModels models) {
    SentenceSplitter splitter = SentenceSplitters.named(sentences);
    if (model.generates()) {
      TextGenerator generator = model.generator(models).orElseThrow();
      return SummarizeContext.of(splitter, new SummaryWriter(generator, generation, watching));
    }
    return model
        .loaded(models)
        .map(loaded -> SummarizeContext.of(splitter, loaded))
        .orElseGet(() -> SummarizeContext.withoutModel(splitter));
  }

  @Override
  public BatchFunction<Source, Summary> open(TaskModels models) {
    SummarizeContext context = context(models);
    if (summarizer instanceof AbstractiveSummarizer writing) {
      writing.requireFits(context.writer(), budget);
    }
    return sources -> summarizer.summarize(sources, budget, context);
  }
}
