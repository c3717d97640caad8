package io.sparkattention.udfs.work;

import io.sparkattention.summarize.Budget;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.SummarizeContext;
import io.sparkattention.summarize.Summarizer;
import io.sparkattention.summarize.Summarizers;
import io.sparkattention.summarize.Summary;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchFunction;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.executor.TaskModels;
import java.util.List;

/**
 * Summarizes documents, or groups of them.
 *
 * @param summarizer the strategy
 * @param budget how long a summary may be
 * @param sentences how sentences are found
 * @param model the strategy's
 */
public record SummarizeWork(
    Summarizer summarizer, Budget budget, String sentences, StrategyModel model)
    implements BatchComputation<Source, Summary> {

  public static final JobOption<Summarizer> STRATEGY =
      JobOption.withDefault(
          "strategy",
          OptionType.spec(Summarizers.REGISTRY),
          "lexrank",
          "How to summarize (see list summarizers)");

  public static final JobOption<Budget> BUDGET =
      JobOption.withDefault(
          "budget",
          new OptionType<>("unit=amount", Budget::parse),
          Budget.DEFAULT.toString(),
          "How long a summary may be: sentences=3, words=100, tokens=128 (the model's; words without"
              + " one) or compression=0.1 (share of the words)");

  public static final JobOption<String> SENTENCES =
      JobOption.withDefault(
          "sentences",
          OptionType.oneOf(SentenceSplitters.names().toArray(String[]::new)),
          "auto",
          "How sentences are found: by the language that is detected, by Unicode's rules, or by the"
              + " model of one language");

  /** All of them, without those of the model. */
  public static final List<JobOption<?>> OPTIONS = List.of(STRATEGY, BUDGET, SENTENCES);

  /** The strategy with all options. */
  public String strategy() {
    return Summarizers.REGISTRY.format(summarizer);
  }

  @Override
  public BatchFunction<Source, Summary> open(TaskModels models) {
    SentenceSplitter splitter = SentenceSplitters.named(sentences);
    SummarizeContext context =
        model
            .loaded(models)
            .map(loaded -> SummarizeContext.of(splitter, loaded))
            .orElseGet(() -> SummarizeContext.withoutModel(splitter));
    return sources -> summarizer.summarize(sources, budget, context);
  }
}
