package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gives each head of each text the temperature at which its weights spread over a share of what
 * they could: the entropies of the call's queries, summed, are that share of the logarithms of how
 * many keys they read. Selective Attention (arXiv:2411.12892), which learns temperatures; here they
 * are found by halving an interval, with the entropies of the other mechanism at every step.
 *
 * <p>It is an instrument: it costs a pass for every step, and a causal model's queries are taken
 * together, so that reading token by token finds other temperatures.
 */
@Described(
    summary = "Another mechanism with a temperature for each head that its entropy sets",
    source = "Selective Attention, arXiv:2411.12892")
public record EntropyTemperatureAttention(
    @Default(value = "0.5", means = "share of the largest entropy, between 0 and 1") double target,
    @Default(value = "8", means = "passes that look for the temperature") int steps,
    @Default(value = "dense", means = "the mechanism that attends") Attention of)
    implements InputRewrite {

  /** Temperatures are looked for between 1 / this and this. */
  private static final double WIDEST = 32;

  private static final int MOST_STEPS = 64;

  public EntropyTemperatureAttention {
    OptionCheck check = new OptionCheck().atLeast(1, "steps", steps);
    if (steps > MOST_STEPS) {
      check.problem("steps=" + steps + " must be " + MOST_STEPS + " or less");
    }
    if (!(target > 0 && target < 1)) {
      check.problem("target=" + target + " must be between 0 and 1");
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(of.unsupportedReasons(shape));
    if (of.weighting() != Weighting.SOFTMAX) {
      reasons.add(
          "entropy-temperature changes a softmax, which its mechanism's weights are not: set"
              + " of=dense or another sparse one");
    }
    return reasons;
  }

  @Override
  public AttentionInput rewrite(AttentionInput in, NDManager held) {
    int heads = in.mask().batch() * in.heads();
    double[] largest = largestEntropies(in);
    double[] low = new double[heads]; // logarithms of temperatures
    double[] high = new double[heads];
    Arrays.fill(low, -Math.log(WIDEST));
    Arrays.fill(high, Math.log(WIDEST));
    for (int step = 0; step < steps; step++) {
      try (NDManager local = held.newSubManager()) {
        AttentionInput tried = in.in(local).withMemory(null); // tries leave nothing to remember
        double[] entropies = entropies(divided(tried, middle(low, high), local));
        for (int i = 0; i < heads; i++) {
          double half = (low[i] + high[i]) / 2;
          boolean wide = entropies[i] > target * largest[i / in.heads()];
          low[i] = wide ? low[i] : half;
          high[i] = wide ? half : high[i];
        }
      }
    }
    return divided(in, middle(low, high), held);
  }

  private static double[] middle(double[] low, double[] high) {
    double[] middle = new double[low.length];
    Arrays.setAll(middle, i -> (low[i] + high[i]) / 2);
    return middle;
  }

  /** For each sequence, the sum over its queries of the logarithm of how many keys they see. */
  private static double[] largestEntropies(AttentionInput in) {
    AttentionMask mask = in.mask();
    double[] sums = new double[mask.batch()];
    for (int b = 0; b < sums.length; b++) {
      for (int t = 0; t < mask.queryLengths()[b]; t++) {
        int past = mask.queryOffsets()[b] + t + 1;
        int keys = mask.keyLengths()[b];
        int seen = mask.direction() == Direction.CAUSAL ? Math.min(past, keys) : keys;
        sums[b] += Math.log(Math.max(1, seen));
      }
    }
    return sums;
  }

  /** For each head of each sequence, the sum of the entropies of its queries. */
  private double[] entropies(AttentionInput in) {
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    NDArray ones = in.scope().ones(new Shape(keys, 1)); // (S, 1)
    try (Attended attended = Attentions.attend(of, in);
        AttentionMoments moments = attended.moments(ones)) {
      float[] entropy = moments.entropy().toFloatArray(); // (B, H, T)
      double[] sums = new double[entropy.length / queries];
      for (int i = 0; i < entropy.length; i++) {
        int sequence = i / (queries * in.heads());
        sums[i / queries] += i % queries < in.mask().queryLengths()[sequence] ? entropy[i] : 0;
      }
      return sums;
    }
  }

  /** The call with scores divided by a temperature of each head. */
  private static AttentionInput divided(AttentionInput in, double[] logs, NDManager held) {
    float[] factors = new float[logs.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = (float) Math.exp(-logs[i]);
    }
    Shape shape = new Shape(in.mask().batch(), in.heads(), 1, 1);
    return ScaledScores.of(in, held.create(factors, shape), held);
  }
}
