package io.sparkattention.summarize;

import io.sparkattention.generate.ContextLength;
import io.sparkattention.generate.Generated;
import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.statistics.DocumentStatistics;
import io.sparkattention.statistics.FocusScore;
import io.sparkattention.statistics.LookbackRatio;
import io.sparkattention.statistics.SequenceTokens;
import io.sparkattention.statistics.StatisticsExtractor;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.statistics.StatisticsPlan;
import io.sparkattention.statistics.WritingStatistics;
import io.sparkattention.statistics.WritingStatistics.Writing;
import io.sparkattention.text.ChatTemplate;
import io.sparkattention.text.Tokens;
import io.sparkattention.text.WrittenTokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Watches a decoder write what it wrote before: how much it looks back at its prompt (Lookback
 * Lens, arXiv:2407.07071), and how much the end of the prompt attends to the instruction (Attention
 * Tracker, arXiv:2411.00348).
 */
final class SummaryWatch {

  private final TextGenerator generator;
  private final WritingStatistics lookback; // null where nobody asks
  private final StatisticsExtractor focus; // null where nobody asks

  /**
   * @throws IllegalArgumentException with every reason why the model cannot be watched so
   */
  SummaryWatch(TextGenerator generator, GenerationSpec spec, Watching watching) {
    List<String> reasons = reasons(generator, spec, watching);
    if (!reasons.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reasons));
    }
    this.generator = generator;
    this.lookback =
        watching.columns().contains(WatchedColumn.LOOKBACK_RATIO)
            ? new WritingStatistics(
                generator.attentionReader(WatchedSite.GENERATION),
                new StatisticsPlan(List.of(new LookbackRatio())))
            : null;
    this.focus = watching.columns().contains(WatchedColumn.FOCUS_SCORE) ? focus(generator) : null;
  }

  private static StatisticsExtractor focus(TextGenerator generator) {
    AttentionReader reader = generator.attentionReader(WatchedSite.SELF);
    StatisticsPlan plan = new StatisticsPlan(List.of(new FocusScore(FocusScore.Queries.LAST)));
    return new StatisticsExtractor(reader, plan.withExperimental(true)); // as reasons() allowed
  }

  private static List<String> reasons(
      TextGenerator generator, GenerationSpec spec, Watching watching) {
    List<String> reasons = new ArrayList<>();
    String model = "model '" + generator.spec().location() + "'";
    List<String> columns = watching.columns().stream().map(WatchedColumn::column).sorted().toList();
    String names = String.join(", ", columns);
    if (generator.context().counts() == ContextLength.Counts.SOURCE) {
      reasons.add(
          names
              + ": "
              + model
              + " reads its text and what it wrote by two attentions, whose weights do not compete:"
              + " use a decoder");
    } else if (watching.columns().contains(WatchedColumn.FOCUS_SCORE)
        && !watching.experimental()
        && !isInstructed(generator)) {
      reasons.add("focus_score: " + model + FocusScore.UNINSTRUCTED);
    }
    if (!spec.policy().equals(GenerationSpec.DEFAULT.policy())) {
      reasons.add(
          names
              + ": the model is watched while it reads all keys, and kv-cache "
              + KvCachePolicies.REGISTRY.format(spec.policy())
              + " keeps others: use full");
    }
    return reasons;
  }

  private static boolean isInstructed(TextGenerator generator) {
    try {
      return ChatTemplate.isIn(generator.model().directory());
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * What was written for a prompt.
   *
   * @param instruction which tokens of the prompt are the instruction
   */
  record Answer(int[] prompt, boolean[] instruction, Generated made) {}

  /** What the model attends to, for each answer. */
  List<WatchedStep> of(List<Answer> answers) {
    List<WrittenTokens> written =
        answers.stream()
            .map(each -> WrittenTokens.of(generator.tokenizer(), each.made().tokens()))
            .toList();
    List<List<Double>> ratios = ratios(answers, written);
    List<Double> scores = scores(answers);
    List<WatchedStep> steps = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      String text = written.get(i).text();
      int before = text.codePointCount(0, text.length() - text.stripLeading().length());
      List<Integer> starts = new ArrayList<>();
      for (int start : written.get(i).tokens().starts()) {
        starts.add(Math.max(0, start - before));
      }
      steps.add(new WatchedStep(starts, ratios.get(i), scores.get(i)));
    }
    return steps;
  }

  private List<List<Double>> ratios(List<Answer> answers, List<WrittenTokens> written) {
    List<List<Double>> ratios = new ArrayList<>();
    List<Writing> writings = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      Tokens prompt = Tokens.ofIds(answers.get(i).prompt());
      writings.add(new Writing("", prompt, null, "", written.get(i).tokens(), false));
    }
    if (lookback == null) {
      answers.forEach(each -> ratios.add(List.of()));
      return ratios;
    }
    for (Extracted found : lookback.extract(writings)) {
      Double[] ofTokens = new Double[found.content().length()];
      Arrays.fill(ofTokens, Double.NaN);
      for (DocumentStatistics.Token token : found.statistics().tokens()) {
        ofTokens[token.position()] = (double) token.values()[0];
      }
      ratios.add(List.of(ofTokens));
    }
    return ratios;
  }

  private List<Double> scores(List<Answer> answers) {
    List<Double> scores = new ArrayList<>();
    if (focus == null) {
      answers.forEach(each -> scores.add(null));
      return scores;
    }
    List<SequenceTokens> prompts = new ArrayList<>();
    for (Answer answer : answers) {
      SequenceTokens unknown = SequenceTokens.unknown(answer.prompt().length);
      prompts.add(
          new SequenceTokens(
              answer.prompt(), unknown.categories(), unknown.sentences(), answer.instruction()));
    }
    for (DocumentStatistics found : focus.extractSequences(prompts)) {
      scores.add((double) found.values()[0]);
    }
    return scores;
  }
}
