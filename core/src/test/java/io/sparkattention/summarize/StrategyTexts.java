package io.sparkattention.summarize;

import io.sparkattention.model.Outcome;
import io.sparkattention.text.SentenceSplitters;
import java.util.List;

/** Summaries of single sources in tests of strategies. */
final class StrategyTexts {

  private StrategyTexts() {}

  /** With fake models and a full stop behind each sentence. */
  static Summary summarize(String spec, String budget, Source source) {
    return summarize(spec, budget, source, SummarizersTest.context(new PeriodSplitter()));
  }

  /** With sentences as the jobs find them. */
  static Summary summarizeProse(String spec, String budget, String text) {
    return summarize(
        spec, budget, Source.of(text), SummarizersTest.context(SentenceSplitters.byLanguage()));
  }

  static Summary summarize(String spec, String budget, Source source, SummarizeContext context) {
    Outcome<Summary> outcome =
        Summarizers.REGISTRY
            .parse(spec)
            .summarize(List.of(source), Budget.parse(budget), context)
            .get(0);
    if (outcome.failed()) {
      throw new AssertionError(outcome.error());
    }
    return outcome.value();
  }

  static List<String> texts(Summary summary) {
    return summary.sentences().stream().map(SummarySentence::text).toList();
  }
}
