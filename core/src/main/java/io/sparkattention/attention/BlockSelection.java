package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import io.sparkattention.tensor.SparseOperators.Window;
import java.util.Arrays;
import java.util.List;

/**
 * What a block of queries reads in block-sparse attention.
 *
 * @param keys cover what it reads in any of the texts
 */
record BlockSelection(
    AttentionInput input, Span queries, List<Span> keys, BlockSparseAttention mechanism)
    implements KeySelection {

  @Override
  public NDArray gather(NDManager scope, NDArray x) {
    return spans().gather(scope, x);
  }

  @Override
  public NDArray scatter(NDManager scope, NDArray weights) {
    return spans().scatter(scope, weights);
  }

  @Override
  public NDArray mask(NDManager scope) {
    int[] lengths = input.mask().keyLengths();
    int[] whole = Arrays.stream(lengths).map(n -> mechanism.readsWhole(n) ? 1 : 0).toArray();
    return SparseOperators.on(scope)
        .blocks(
            scope,
            input.query(),
            lengths,
            whole,
            queries,
            keys,
            mechanism.block(),
            Math.log(1.0 + mechanism.random())); // (B, 1, queries, K)
  }

  private SpanSelection spans() {
    return new SpanSelection(input, queries, keys, new Window(0, 0, 0, 0));
  }
}
