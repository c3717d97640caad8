package io.sparkattention.statistics;

import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Site;
import io.sparkattention.probe.AttentionProbe;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Computes statistics of the self-attention of one forward pass, for each sequence of the batch.
 * Used for one pass and by one thread; nothing of it stays in native memory.
 */
public final class StatisticsProbe implements AttentionProbe {
  private final StatisticsPlan plan;
  private final List<PositionColumn> columns;
  private List<StatisticsAccumulator> sequences = List.of();

  public StatisticsProbe(StatisticsPlan plan) {
    this.plan = plan;
    this.columns = plan.columns();
  }

  @Override
  public boolean watches(Site site) {
    return site.kind() == Site.Kind.SELF && site.phase() == Site.Phase.PREFILL;
  }

  /**
   * Takes in one layer.
   *
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
    Observation observation = new Observation(input, attended, columns);
    for (int b = 0; b < batch; b++) {
      for (int h = 0; h < input.heads(); h++) {
        sequences.get(b).add(input.site().layer(), observation.head(b, h));
      }
    }
  }

  /** What was seen, one per sequence in the order of the batch; empty before the first layer. */
  public List<StatisticsAccumulator> sequences() {
    return sequences;
  }
}
