package io.sparkattention.rerank;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The weighted sum of the scores of several strategies, made comparable per query first (CombSUM:
 * Fox and Shaw, TREC-2, 1994).
 *
 * <p>A member that gives all candidates of a query the same score says nothing about them: it adds
 * 0 to each.
 */
@Described(
    summary = "Weighted sum of the scores of several strategies, normalized per query",
    source = "Fox and Shaw, Combination of multiple searches, TREC-2, 1994")
public record WeightedReranker(
    @Default(value = "[bm25,bi-encoder]", means = "the strategies whose scores are joined")
        List<Reranker> of,
    @Default(value = "[]", means = "one weight for each, 0 or more; none for equal weights")
        List<Double> weights,
    @Default(
            value = "min-max",
            means = "to which scale scores are brought: min-max (0 to 1) or z-score (mean 0)")
        Normalization normalization)
    implements FusionReranker {

  /** How the scores of one query's candidates become comparable. */
  public enum Normalization {
    /** From 0 for the lowest to 1 for the highest. */
    MIN_MAX {
      @Override
      double[] normalize(double[] scores, double lowest, double highest) {
        double range = highest / 2 - lowest / 2; // halves: the difference may not be finite
        return Arrays.stream(scores).map(score -> (score / 2 - lowest / 2) / range).toArray();
      }
    },
    /** Standard deviations from the mean. */
    Z_SCORE {
      @Override
      double[] normalize(double[] scores, double lowest, double highest) {
        double[] sorted = scores.clone();
        Arrays.sort(sorted); // sums must not depend on how candidates arrive
        double mean = Arrays.stream(sorted).average().orElseThrow();
        double variance =
            Arrays.stream(sorted).map(s -> (s - mean) * (s - mean)).average().orElseThrow();
        double deviation = Math.sqrt(variance);
        return Arrays.stream(scores).map(score -> (score - mean) / deviation).toArray();
      }
    };

    /** Scores that are not all equal, on the common scale. */
    abstract double[] normalize(double[] scores, double lowest, double highest);

    private double[] of(double[] scores) {
      double lowest = Arrays.stream(scores).min().orElse(0);
      double highest = Arrays.stream(scores).max().orElse(0);
      return lowest == highest ? new double[scores.length] : normalize(scores, lowest, highest);
    }
  }

  public WeightedReranker {
    of = List.copyOf(of);
    weights = weights.isEmpty() ? Collections.nCopies(of.size(), 1.0) : weights;
    weights = List.copyOf(weights);
    List<String> problems = new ArrayList<>();
    if (of.isEmpty()) {
      problems.add("of must name at least one strategy");
    }
    if (weights.size() != of.size()) {
      problems.add("weights must be as many as of, " + of.size() + ", but are " + weights.size());
    }
    if (!weights.stream().allMatch(weight -> weight >= 0 && Double.isFinite(weight))) {
      problems.add("weights must be finite and at least 0, but are " + weights);
    } else if (!of.isEmpty() && weights.stream().allMatch(weight -> weight == 0)) {
      problems.add("one of the weights must be above 0");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  @Override
  public double[] fuse(double[][] scores, List<String> passageIds) {
    double[] fused = new double[passageIds.size()];
    for (int member = 0; member < scores.length; member++) {
      double[] normalized = normalization.of(scores[member]);
      for (int i = 0; i < fused.length; i++) {
        fused[i] += weights.get(member) * normalized[i];
      }
    }
    return fused;
  }
}
