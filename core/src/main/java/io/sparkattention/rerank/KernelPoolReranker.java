package io.sparkattention.rerank;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Soft counts of matching tokens in the best regions of a passage: TKL (Hofstätter et al., 2020,
 * arXiv:2005.04908) without its trained weights.
 *
 * <p>Kernels of width 0.1 around cosines of 1, 0.9, 0.7, …, -0.9 count, for each token of the query
 * and each region, how many tokens are that much alike. What the paper trains is fixed here: a
 * count n saturates as n / (n + length / window), so that short regions saturate sooner; kernels
 * are weighted by their cosine; the best regions that do not overlap count alike, and one that a
 * short passage lacks counts nothing.
 */
@Described(
    summary =
        "Kernel-pooled token matches in a passage's best regions (TKL), combined by fixed weights",
    source = "TKL, arXiv:2005.04908")
public record KernelPoolReranker(
    @Default(value = "30", means = "tokens of a region") int window,
    @Default(value = "2", means = "tokens from the start of a region to the next") int stride,
    @Default(value = "3", means = "how many of the best regions count") int regions)
    implements Reranker {

  private static final double[] MEANS = {1, .9, .7, .5, .3, .1, -.1, -.3, -.5, -.7, -.9};
  private static final double WIDTH = 0.1;

  /** Checks that there are regions and that they follow each other without gaps. */
  public KernelPoolReranker {
    OptionCheck check =
        new OptionCheck()
            .atLeast(1, "window", window)
            .atLeast(1, "stride", stride)
            .atLeast(1, "regions", regions);
    if (stride > window && window > 0) {
      check.problem("stride=" + stride + " must not exceed window=" + window);
    }
    check.done();
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.TOKEN_EMBEDDER);
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    return TokenSimilarities.score(queries, context.tokenEmbedder(), this::pool);
  }

  private double pool(TokenSimilarities similarities) {
    double[] scores = new double[starts(similarities.passages())];
    for (int i = 0; i < similarities.queries(); i++) {
      for (double mean : MEANS) {
        addKernel(similarities, i, mean, scores);
      }
    }
    return best(scores);
  }

  /** How many regions there are: the last one reaches the end of the passage. */
  private int starts(int tokens) {
    return tokens <= window ? 1 : 1 + (tokens - window + stride - 1) / stride;
  }

  /** Adds to each region's score what one kernel says of one token of the query. */
  private void addKernel(
      TokenSimilarities similarities, int queryToken, double mean, double[] scores) {
    int tokens = similarities.passages();
    double[] counts = new double[tokens + 1]; // from the passage's start on
    for (int j = 0; j < tokens; j++) {
      double distance = (similarities.of(queryToken, j) - mean) / WIDTH;
      counts[j + 1] = counts[j] + Math.exp(-distance * distance / 2);
    }
    for (int r = 0; r < scores.length; r++) {
      int from = r * stride;
      int to = Math.min(tokens, from + window);
      double count = counts[to] - counts[from];
      scores[r] += mean * count / (count + (double) (to - from) / window);
    }
  }

  /** The mean score of the best regions that have no token in common. */
  private double best(double[] scores) {
    double[] left = scores.clone();
    double sum = 0;
    for (int n = 0; n < regions; n++) {
      int best = 0;
      for (int r = 1; r < left.length; r++) {
        best = left[r] > left[best] ? r : best;
      }
      if (left[best] == Double.NEGATIVE_INFINITY) {
        break;
      }
      sum += left[best];
      int apart = (window + stride - 1) / stride; // starts so far from each other do not overlap
      Arrays.fill(
          left,
          Math.max(0, best - apart + 1),
          Math.min(left.length, best + apart),
          Double.NEGATIVE_INFINITY);
    }
    return sum / regions;
  }
}
