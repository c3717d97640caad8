package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.SelectionOperators.Frame;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import java.util.Arrays;

/**
 * Attends to what {@link NearAndFarSelection} selects, with the fused operators: a window for each
 * query, and what lies before it. The latter is what queries one window earlier would read of their
 * own positions and of their choices, with every key turned to position 0. Both parts merge through
 * their logSumExps.
 */
final class NearAndFarAttention {

  private final ChosenBlocks chosen;
  private final AttentionInput in;
  private final Renumbering renumbering;
  private final int before; // blocks of queries that see nothing but their windows

  NearAndFarAttention(ChosenBlocks chosen) {
    this.chosen = chosen;
    this.in = chosen.input();
    this.renumbering = chosen.renumbering();
    int offset = Arrays.stream(in.mask().queryOffsets()).max().orElse(0);
    this.before = Math.max(0, renumbering.window() - offset) / chosen.frame().rows();
  }

  /**
   * Whether some choices can be attended to so: sequences stand alike, and no block of queries
   * begins to see more than its window within the block.
   */
  static boolean serves(ChosenBlocks chosen) {
    int[] offsets = chosen.input().mask().queryOffsets();
    int hidden = Math.max(0, chosen.renumbering().window() - offsets[0]);
    return Arrays.stream(offsets).distinct().count() == 1 && hidden % chosen.frame().rows() == 0;
  }

  /**
   * Attends.
   *
   * @param values (B, Hkv, S, C)
   * @return output (B, H, T, C) and logSumExp (B, H, T)
   */
  Result attend(NDArray values) {
    int queries = chosen.queries();
    int first = Math.min(queries, before * chosen.frame().rows());
    AttentionArrays arrays = AttentionArrays.on(in.scope());
    try (NDManager local = in.scope().newSubManager();
        Attended window = new SinkWindowAttention(0, renumbering.window()).attend(in.in(local))) {
      NDArray output = values == in.value() ? window.output() : window.mix(values); // (B, H, T, C)
      output.attach(local);
      ResultParts parts = new ResultParts();
      if (first > 0) {
        parts.add(some(local, output, window.logSumExp(), new Span(0, first)));
      }
      if (first < queries) {
        Result near = some(local, output, window.logSumExp(), new Span(first, queries));
        Result far = new GatheredAttention(far(local)).attend(values, before);
        Result both = SparseOperators.on(local).merge(local, near, far);
        parts.add(new Result(arrays.like(local, both.output(), output), both.logSumExp()));
      }
      return ResultParts.silenced(in, parts.joined(in.scope()));
    }
  }

  private static Result some(NDManager scope, NDArray output, NDArray logSumExp, Span rows) {
    return new Result(rows.of(scope, output), rows.of(scope, logSumExp));
  }

  /** The same choices of queries that stand one window earlier. */
  private ChosenBlocks far(NDManager scope) {
    int window = renumbering.window();
    AttentionMask mask = in.mask();
    int[] offsets = Arrays.stream(mask.queryOffsets()).map(at -> at - window).toArray();
    AttentionInput earlier =
        new AttentionInput(
            renumbering.query(in, scope),
            Renumbering.key(in, scope),
            in.value(),
            in.scale(),
            in.layout(),
            new AttentionMask(mask.direction(), offsets, mask.queryLengths(), mask.keyLengths()),
            null,
            in.site(),
            scope);
    Frame frame = chosen.frame();
    Frame shifted =
        new Frame(
            scope.create(offsets),
            frame.lengths(),
            frame.queries(),
            frame.full(),
            frame.whole(),
            frame.latest() - window,
            frame.rows(),
            frame.own(),
            frame.causal());
    return new ChosenBlocks(earlier, shifted, chosen.ids(), chosen.block());
  }
}
