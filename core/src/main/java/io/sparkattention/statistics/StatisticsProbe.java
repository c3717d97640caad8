package io.sparkattention.statistics;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Site;
import io.sparkattention.probe.WritingProbe;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Computes statistics of the self-attention or the cross-attention of one forward pass, for each
 * sequence of the batch. Used for one pass and by one thread; nothing of it stays in native memory
 * once {@link #sequences} has returned.
 */
public final class StatisticsProbe implements WritingProbe {
  private final StatisticsPlan plan;
  private final StatisticsPass pass;
  private final LayerKeeper keeper = new LayerKeeper();
  private final HeadEvaluation evaluation = new HeadEvaluation();
  private final Attention mechanism;
  private final Site.Kind kind;
  private RequestedMoments requested; // null until the first layer
  private List<SequenceTokens> tokens; // null until the first layer where nobody knows them
  private List<StatisticsAccumulator> sequences = List.of();

  /** Watches sequences of which nothing is known but what dense attention shows. */
  public StatisticsProbe(StatisticsPlan plan) {
    this(plan, plan.passes(LayersStatistic.WINDOW).get(0), null, new DenseAttention());
  }

  /**
   * Watches sequences.
   *
   * @param pass which of the plan's statistics are computed
   * @param tokens of each sequence of the batch
   * @param mechanism by which the model attends, to ask it again
   */
  public StatisticsProbe(
      StatisticsPlan plan, StatisticsPass pass, List<SequenceTokens> tokens, Attention mechanism) {
    this(plan, pass, tokens, mechanism, Site.Kind.SELF);
  }

  /**
   * Watches sequences.
   *
   * @param tokens of each sequence of the batch, those that are keys
   * @param kind of the attention that is watched
   */
  StatisticsProbe(
      StatisticsPlan plan,
      StatisticsPass pass,
      List<SequenceTokens> tokens,
      Attention mechanism,
      Site.Kind kind) {
    this.plan = plan;
    this.pass = pass;
    this.tokens = tokens;
    this.mechanism = mechanism;
    this.kind = kind;
  }

  @Override
  public boolean watches(Site site) {
    return site.kind() == kind && site.phase() == Site.Phase.PREFILL;
  }

  /**
   * Takes in one layer.
   *
   * @param input whose scope lies in one that lives as long as the pass
   * @throws IllegalStateException if the batch has not the sequences of the layers before it
   * @throws IllegalArgumentException if queries follow cached keys: tokens would have no position
   */
  @Override
  public void observe(AttentionInput input, Attended attended) {
    int batch = input.mask().batch();
    if (Arrays.stream(input.mask().queryOffsets()).anyMatch(offset -> offset != 0)) {
      throw new IllegalArgumentException(
          "queries that follow cached keys, at "
              + Arrays.toString(input.mask().queryOffsets())
              + ": observe whole sequences in one pass");
    }
    if (sequences.isEmpty()) {
      sequences = Stream.generate(() -> new StatisticsAccumulator(plan)).limit(batch).toList();
    } else if (sequences.size() != batch) {
      throw new IllegalStateException(
          "layers of "
              + sequences.size()
              + " and "
              + batch
              + " sequences in one pass: use a new probe for each batch");
    }
    if (tokens == null) {
      tokens = Arrays.stream(input.mask().keyLengths()).mapToObj(SequenceTokens::unknown).toList();
    }
    if (!pass.of(LayersStatistic.class).isEmpty()) {
      keeper.observe(input, attended);
    }
    if (pass.of(HeadStatistic.class).isEmpty()) {
      return;
    }
    if (requested == null) {
      requested = new RequestedMoments(plan, tokens);
    }
    evaluation.add(
        new Observation(input, attended, plan, tokens, requested, plan.rows()::of),
        sequences,
        pass);
  }

  /**
   * What was seen, one per sequence in the order of the batch; empty before the first layer. Ask
   * when the model has read the batch: statistics of all layers are computed now.
   */
  public List<StatisticsAccumulator> sequences() {
    evaluation.await();
    for (int b = 0; b < sequences.size() && !keeper.layers().isEmpty(); b++) {
      if (tokens.get(b).length() > 0) {
        replay(b);
      }
    }
    keeper.layers().clear();
    return sequences;
  }

  private void replay(int sequence) {
    SequenceTokens read = tokens.get(sequence);
    try (ReplayedLayers layers =
        new ReplayedLayers(keeper.layers(), mechanism, sequence, read, plan.rows())) {
      for (int i : pass.of(LayersStatistic.class)) {
        LayersStatistic statistic = (LayersStatistic) plan.statistics().get(i);
        sequences.get(sequence).add(i, statistic.findings(layers), read.length());
      }
    }
  }
}
