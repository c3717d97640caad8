package io.sparkattention.evaluate;

import io.sparkattention.model.Outcome;
import java.util.List;

/** Compares a text with references for it. */
public non-sealed interface TextMetric extends Metric {

  /**
   * Scores predictions; the result does not depend on which items are given together.
   *
   * <p>A prediction that is null is scored as an empty one, so that a run gains nothing from rows
   * that it failed on. Of several references the one with the highest first part counts. An item
   * without a reference has no score.
   *
   * @param items in any number
   * @param context what the metric may work with
   * @return per item one number per {@link #parts part}, or why there is none, in order
   * @throws IllegalStateException if the context lacks what {@link #needs} names
   */
  List<Outcome<double[]>> score(List<TextItem> items, EvaluateContext context);
}
