package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.Span;
import java.util.Arrays;

/** What is added to the scores of a padded call: the mask as an array, and the model's bias. */
final class AdditiveMask {

  /** Bytes of a mask above which the queries are taken in parts. */
  private static final long LARGEST_BYTES = 64L << 20;

  private AdditiveMask() {}

  /** Whether all queries share one row, so that the mask takes no more room than the keys. */
  static boolean sharedByQueries(AttentionInput in) {
    return in.bias() == null && in.mask().direction() == Direction.BIDIRECTIONAL;
  }

  /**
   * The array for some queries against some keys.
   *
   * @return (B or 1, H or 1, queries or 1, keys) in the precision of the query; null if nothing is
   *     hidden and nothing is added
   */
  static NDArray of(AttentionInput in, NDManager scope, Span queries, Span keys) {
    AttentionMask mask = in.mask();
    int earliest = Arrays.stream(mask.queryOffsets()).min().orElse(0) + queries.from();
    boolean ahead = mask.direction() == Direction.CAUSAL && keys.to() > earliest + 1;
    Visible visible = ahead ? Visible.PAST : Visible.ALL;
    NDArray hidden = null;
    if (visible == Visible.PAST || Arrays.stream(mask.keyLengths()).anyMatch(n -> n < keys.to())) {
      hidden =
          AttentionArrays.on(scope)
              .mask(
                  scope,
                  in.query(),
                  mask.queryOffsets(),
                  mask.keyLengths(),
                  queries,
                  keys,
                  visible);
    }
    if (in.bias() == null) {
      return hidden;
    }
    NDArray bias = in.bias().block(scope, queries.from(), queries.to(), keys.from(), keys.to());
    if (hidden == null) {
      return bias;
    }
    NDArray both = hidden.add(bias); // (B, H, queries, keys)
    both.attach(scope);
    return both;
  }

  /** How many queries may be taken at once so that the mask stays small. */
  static int rows(AttentionInput in, int keys) {
    long heads = in.bias() == null ? 1 : in.heads();
    long bytes = Float.BYTES * heads * in.mask().batch() * Math.max(1, keys);
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, LARGEST_BYTES / bytes));
  }
}
