package io.sparkattention.evaluate;

import io.sparkattention.model.Outcome;
import java.util.Comparator;
import java.util.List;

/** A metric of what a prediction and one reference share, with precision, recall and F. */
public interface OverlapMetric extends TextMetric {

  /** What both share. */
  Overlap overlap(String prediction, String reference);

  @Override
  default List<String> parts() {
    return List.of("f", "precision", "recall");
  }

  @Override
  default List<Outcome<double[]>> score(List<TextItem> items, EvaluateContext context) {
    return items.stream().map(this::score).toList();
  }

  private Outcome<double[]> score(TextItem item) {
    return Outcome.attempt(
        () ->
            item.references().stream()
                .map(reference -> overlap(item.predicted(), reference))
                .max(Comparator.comparingDouble(Overlap::f))
                .orElseThrow(() -> new IllegalArgumentException(TextItem.NO_REFERENCE))
                .values());
  }
}
