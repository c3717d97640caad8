package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.PatternOperators;
import io.sparkattention.tensor.Span;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys that each query chooses for itself by a ranking of all it may see. Time is that of dense
 * attention and more, memory that of a few rows: for controls, not for use.
 */
record RankedRows(AttentionInput input, Span queries, Ranking ranking) implements KeySelection {

  /** Chooses keys for some queries. */
  @FunctionalInterface
  interface Ranking {

    /**
     * Leaves of a mask what is chosen.
     *
     * @param mask (B or 1, H or 1, rows or 1, S) additive
     * @return (B, H, rows, S) additive
     */
    NDArray chosen(PatternOperators operators, NDManager scope, Span queries, NDArray mask);
  }

  /** Bytes of the ranks that are held at once. */
  private static final long LARGEST_BYTES = 32L << 20;

  /** Attends to what every query of a padded call chooses. */
  static Attended attend(AttentionInput in, Ranking ranking) {
    int queries = (int) in.query().getShape().get(2);
    long keys = in.key().getShape().get(2);
    long row = (long) Float.BYTES * in.mask().batch() * in.heads() * Math.max(1, keys);
    int rows = (int) Math.max(1, Math.min(queries, LARGEST_BYTES / row));
    List<RankedRows> blocks = new ArrayList<>();
    for (int from = 0; from < queries; from += rows) {
      blocks.add(new RankedRows(in, new Span(from, Math.min(queries, from + rows)), ranking));
    }
    return new SelectedAttended(in, blocks, in.scope().newSubManager());
  }

  @Override
  public NDArray gather(NDManager scope, NDArray x) {
    return x;
  }

  @Override
  public NDArray scatter(NDManager scope, NDArray weights) {
    return weights;
  }

  @Override
  public NDArray mask(NDManager scope) {
    PatternOperators operators = PatternOperators.on(scope);
    int keys = (int) input.key().getShape().get(2);
    NDArray mask = AdditiveMask.of(input, scope, queries, new Span(0, keys));
    NDArray seen = mask == null ? operators.open(scope, input.query(), keys) : mask;
    return ranking.chosen(operators, scope, queries, seen);
  }
}
