package io.sparkattention.statistics;

import io.sparkattention.attention.AttentionShape;
import java.util.List;
import java.util.Set;

/** A statistic of what lies at some distances from a token, so of self-attention alone. */
interface BandStatistic extends HeadStatistic {

  /** The distances that count. */
  DistanceBand band();

  @Override
  default Set<DistanceBand> bands() {
    return Set.of(band());
  }

  @Override
  default List<String> unsupportedReasons(AttentionShape shape) {
    return AttentionKinds.selfOnly(shape);
  }
}
