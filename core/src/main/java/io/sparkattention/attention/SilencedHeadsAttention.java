package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionArrays;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * A mechanism with some heads silenced: what they attended to counts as 0, or as its mean. Michel
 * et al. 2019 (arXiv:1905.10650) mask heads so to see what a model loses without them.
 *
 * @param of the mechanism
 * @param heads by layer, both counted from 0
 * @param by what stands in for their outputs
 */
public record SilencedHeadsAttention(Attention of, Map<Integer, Set<Integer>> heads, Silence by)
    implements Hook {

  @Override
  public boolean readsKeys() {
    return of.readsKeys();
  }

  @Override
  public Attended attend(AttentionInput in) {
    Attended attended = of.attend(in);
    Set<Integer> silent = heads.getOrDefault(in.site().layer(), Set.of());
    return silent.isEmpty() ? attended : new Silenced(attended, in, on(in, silent), by);
  }

  /** 0 for silenced heads, otherwise 1: (1, H, 1, 1) float32. */
  private static NDArray on(AttentionInput in, Set<Integer> silent) {
    float[] on = new float[in.heads()];
    Arrays.fill(on, 1);
    silent.forEach(head -> on[head] = 0);
    return in.scope().create(on, new Shape(1, on.length, 1, 1));
  }

  /** What was attended to; only its outputs are silenced, its weights remain to be seen. */
  private static final class Silenced implements Attended {
    private final Attended of;
    private final AttentionInput in;
    private final NDArray on;
    private final Silence by;
    private final NDArray output;

    Silenced(Attended of, AttentionInput in, NDArray on, Silence by) {
      this.of = of;
      this.in = in;
      this.on = on;
      this.by = by;
      this.output = silenced(of.output()); // (B, H, T, D)
    }

    private NDArray silenced(NDArray heads) {
      try (NDManager inner = in.scope().newSubManager()) {
        NDArray like = AttentionArrays.on(inner).like(inner, on, heads);
        NDArray kept = heads.mul(like);
        if (by == Silence.MEAN) {
          NDArray off = like.neg().add(1);
          NDArray mean = mean(inner, heads); // (B, H, 1, D)
          kept = kept.add(mean.mul(off));
        }
        kept.attach(in.scope());
        return kept;
      }
    }

    /** Over the queries that are no padding. */
    private NDArray mean(NDManager inner, NDArray heads) {
      int queries = (int) heads.getShape().get(2);
      int[] lengths = in.mask().queryLengths();
      float[] shares = new float[lengths.length * queries];
      for (int b = 0; b < lengths.length; b++) {
        Arrays.fill(shares, b * queries, b * queries + lengths[b], 1f / Math.max(1, lengths[b]));
      }
      NDArray share = inner.create(shares, new Shape(lengths.length, 1, queries, 1));
      NDArray like = AttentionArrays.on(inner).like(inner, share, heads);
      return heads.mul(like).sum(new int[] {2}, true);
    }

    @Override
    public NDArray output() {
      return output;
    }

    @Override
    public NDArray logSumExp() {
      return of.logSumExp();
    }

    @Override
    public NDArray mix(NDArray values) {
      try (NDArray mixed = of.mix(values)) {
        return silenced(mixed);
      }
    }

    @Override
    public NDArray weights(int from, int to) {
      return of.weights(from, to);
    }

    @Override
    public AttentionMoments moments(MomentSums sums) {
      return of.moments(sums);
    }

    @Override
    public void close() {
      output.close();
      on.close();
      of.close();
    }
  }
}
