package io.sparkattention.evaluate;

import io.sparkattention.model.Outcome;
import java.util.List;

/** Compares texts with the documents that they were made from; needs no reference. */
public non-sealed interface SourceMetric extends Metric {

  /**
   * Scores predictions, each against its own document among all that are given: the result depends
   * on which items are given together, so two runs are compared over the same documents.
   *
   * @param items in any number and order, with an id of their own
   * @param context what the metric may work with
   * @return per item one number per {@link #parts part}, or why there is none, in order
   * @throws IllegalStateException if the context lacks what {@link #needs} names
   */
  List<Outcome<double[]>> score(List<SourceItem> items, EvaluateContext context);
}
