package io.sparkattention.evaluate;

import io.sparkattention.model.ModelRole;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/** One measure of quality. Stateless and thread-safe; a metric is its options. */
public sealed interface Metric extends Serializable
    permits TextMetric, SourceMetric, RankingMetric {

  /** The one part of a metric that gives a single number. */
  String VALUE = "value";

  /** Names of the numbers that an item gets, the one to report first. */
  default List<String> parts() {
    return List.of(VALUE);
  }

  /** What the metric needs a model for; empty if it needs none. */
  default Set<ModelRole> needs() {
    return Set.of();
  }
}
