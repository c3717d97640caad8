package io.sparkattention.summarize;

import java.io.Serializable;
import java.util.List;

/**
 * What a model attended to while it wrote a text.
 *
 * @param starts the first code point of each token of the text that was written
 * @param lookback the lookback ratio of each of them, NaN where there is none; empty where nobody
 *     asked
 * @param focus the focus score of its prompt; null where nobody asked
 */
public record WatchedStep(List<Integer> starts, List<Double> lookback, Double focus)
    implements Serializable {

  public WatchedStep {
    starts = List.copyOf(starts);
    lookback = List.copyOf(lookback);
  }

  /** The mean lookback ratio of the tokens that begin in a part of the text; null if none does. */
  Double lookback(int from, int to) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < lookback.size(); i++) {
      boolean inside = starts.get(i) >= from && starts.get(i) < to;
      if (inside && !lookback.get(i).isNaN()) {
        sum += lookback.get(i);
        count++;
      }
    }
    return count == 0 ? null : sum / count;
  }
}
