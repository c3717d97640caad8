package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMoments;
import io.sparkattention.attention.Site;
import io.sparkattention.kvcache.Evidence;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.CacheOperators;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Watches one call of an attention for a cache policy: a weighted sum of the rows of its weights, a
 * block of rows at a time.
 */
final class CacheEvidence implements AttentionProbe {

  /** Bytes of the rows that are held at once. */
  private static final long LARGEST_BYTES = 32L << 20;

  /** What is left of a weight that is counted no more. */
  private static final double NOTHING = 1e-9;

  private final Evidence wanted;
  private final int[] counts;
  private NDArray mass;

  /**
   * @param counts how many queries each sequence has
   */
  CacheEvidence(Evidence wanted, int[] counts) {
    this.wanted = wanted;
    this.counts = counts;
  }

  /** Some probes, and this if there is anything to watch. */
  List<AttentionProbe> beside(List<AttentionProbe> probes) {
    if (!wanted.isTaken()) {
      return probes;
    }
    List<AttentionProbe> all = new ArrayList<>(probes);
    all.add(this);
    return all;
  }

  /** What was seen: (B, Hkv, S) float32 in the scope of the call; null if nothing is taken. */
  NDArray mass() {
    return mass;
  }

  @Override
  public boolean watches(Site site) {
    return site.kind() == Site.Kind.SELF;
  }

  @Override
  public void observe(AttentionInput input, Attended attended) {
    NDManager scope = input.scope();
    int queries = (int) input.query().getShape().get(2);
    long keys = input.key().getShape().get(2);
    long row = Float.BYTES * input.query().getShape().get(0) * input.heads() * Math.max(1, keys);
    int rows = (int) Math.max(1, LARGEST_BYTES / row);
    if (wanted.decay() == 1 && wanted.rows() >= queries && queries > rows) {
      mass = received(input, attended, keys);
      return;
    }
    for (int from = first(); from < queries; from += rows) {
      int to = Math.min(queries, from + rows);
      try (NDManager local = scope.newSubManager()) {
        NDArray weights = attended.weights(from, to); // (B, H, rows, S)
        weights.attach(local);
        NDArray some =
            CacheOperators.on(scope.getDevice())
                .mass(local, weights, factors(local, from, to), input.keyValueHeads());
        NDArray before = mass;
        mass = before == null ? some : before.add(some); // (B, Hkv, S)
        mass.attach(scope);
        if (before != null) {
          before.close();
        }
      }
    }
    if (mass == null) {
      mass = scope.zeros(new Shape(counts.length, input.keyValueHeads(), keys));
    }
  }

  /** The sum over all rows, in one pass that holds none. */
  private static NDArray received(AttentionInput input, Attended attended, long keys) {
    try (NDArray column = input.scope().zeros(new Shape(keys, 1));
        AttentionMoments moments = attended.moments(column)) {
      return CacheOperators.on(input.scope().getDevice())
          .shared(input.scope(), moments.received(), input.keyValueHeads());
    }
  }

  /** The first row that counts in any sequence. */
  private int first() {
    return Arrays.stream(counts).map(count -> count - countedOf(count)).min().orElse(0);
  }

  private int countedOf(int count) {
    int counted = wanted.rowsOf(count);
    return wanted.decay() == 1
        ? counted
        : (int) Math.min(counted, Math.ceil(Math.log(NOTHING) / Math.log(wanted.decay())));
  }

  /** What each row counts, (B, to - from) float32. */
  private NDArray factors(NDManager scope, int from, int to) {
    float[] factors = new float[counts.length * (to - from)];
    for (int b = 0; b < counts.length; b++) {
      int first = counts[b] - countedOf(counts[b]);
      for (int t = Math.max(from, first); t < Math.min(to, counts[b]); t++) {
        factors[b * (to - from) + t - from] = (float) Math.pow(wanted.decay(), counts[b] - 1 - t);
      }
    }
    return Uploads.of(scope, factors).reshape(counts.length, to - from);
  }
}
