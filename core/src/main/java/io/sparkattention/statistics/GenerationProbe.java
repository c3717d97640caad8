package io.sparkattention.statistics;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Site;
import io.sparkattention.probe.WritingProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Computes statistics of decoders while they write a token at a time: each call has a query of each
 * text that is still written, and the keys of all before it. Where a text is read again because one
 * more token turns all its keys (LongRoPE, arXiv:2402.13753), only its last query is that token's.
 */
final class GenerationProbe implements WritingProbe {
  private final StatisticsPlan plan;
  private final StatisticsPass pass;
  private final List<SequenceTokens> tokens;
  private final List<StatisticsAccumulator> texts;
  private int[] rows = new int[0]; // the texts of the rows
  private int token;

  /**
   * @param tokens of each text, what is written after it included
   */
  GenerationProbe(StatisticsPlan plan, StatisticsPass pass, List<SequenceTokens> tokens) {
    this.plan = plan;
    this.pass = pass;
    this.tokens = tokens;
    this.texts =
        Stream.generate(() -> new StatisticsAccumulator(plan)).limit(tokens.size()).toList();
  }

  @Override
  public boolean watches(Site site) {
    boolean writing = site.phase() == Site.Phase.DECODE || rows.length > 0; // or reads again
    return site.kind() == Site.Kind.SELF && writing;
  }

  @Override
  public void next(int[] texts, int place) {
    rows = texts.clone();
    token = place;
  }

  @Override
  public void observe(AttentionInput input, Attended attended) {
    List<SequenceTokens> seen = new ArrayList<>();
    for (int row = 0; row < rows.length; row++) {
      seen.add(tokens.get(rows[row]).first(input.mask().keyLengths()[row]));
    }
    RequestedMoments requested = new RequestedMoments(plan, seen);
    try (Observation observation =
        new Observation(input, attended, plan, seen, requested, GenerationProbe::last)) {
      for (int row = 0; row < rows.length; row++) {
        StatisticsAccumulator step = new StatisticsAccumulator(plan);
        for (int h = 0; h < input.heads(); h++) {
          step.addLast(input.site().layer(), observation.head(row, h), pass);
        }
        texts.get(rows[row]).merge(step, new int[] {token});
      }
    }
  }

  /** The query of the token that is written; before it others stand where a text is read again. */
  private static int[] last(int queries) {
    return new int[] {queries - 1};
  }

  /** What was seen, one per text; tokens at their places in what was written. */
  List<StatisticsAccumulator> texts() {
    return texts;
  }
}
