package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import io.sparkattention.tensor.SparseOperators.Window;
import java.util.List;

/**
 * Keys in a few spans, the same for all sequences and heads; which query reads which follows from a
 * window around its position. Spans are in order and do not overlap.
 */
record SpanSelection(AttentionInput input, Span queries, List<Span> keys, Window window)
    implements KeySelection {

  @Override
  public NDArray gather(NDManager scope, NDArray x) {
    NDList parts = new NDList();
    for (Span span : keys) {
      parts.add(span.of(scope, x));
    }
    return joined(parts, 2); // (B, Hkv, K, C)
  }

  @Override
  public NDArray scatter(NDManager scope, NDArray weights) {
    Shape shape = weights.getShape();
    int all = (int) input.key().getShape().get(2);
    NDList parts = new NDList();
    int end = 0;
    int column = 0;
    for (Span span : keys) {
      parts.add(scope.zeros(shape.slice(0, 3).add(span.from() - end)));
      NDIndex columns = new NDIndex(":, :, :, {}:{}", column, column + span.length());
      parts.add(weights.get(scope, columns));
      column += span.length();
      end = span.to();
    }
    parts.add(scope.zeros(shape.slice(0, 3).add(all - end)));
    return joined(parts, 3); // (B, H, rows, S)
  }

  @Override
  public NDArray mask(NDManager scope) {
    AttentionMask mask = input.mask();
    NDArray read =
        SparseOperators.on(scope)
            .window(
                scope,
                input.query(),
                mask.queryOffsets(),
                mask.keyLengths(),
                queries,
                keys,
                window);
    return mask(scope, read);
  }

  /**
   * What is added to the scores of keys that may be read, minus infinity for others and for those
   * that the direction hides.
   *
   * @param chosen (B or 1, 1, queries, K) boolean
   */
  NDArray mask(NDManager scope, NDArray chosen) {
    AttentionMask mask = input.mask();
    SparseOperators operators = SparseOperators.on(scope);
    NDArray read =
        mask.direction() == Direction.CAUSAL
            ? operators.past(scope, chosen, mask.queryOffsets(), queries.from(), keys)
            : chosen;
    NDArray barrier = operators.barrier(scope, read, input.query()); // (B, 1, queries, K)
    if (input.bias() == null) {
      return barrier;
    }
    NDList parts = new NDList();
    for (Span span : keys) {
      parts.add(input.bias().block(scope, queries.from(), queries.to(), span.from(), span.to()));
    }
    return barrier.add(joined(parts, 3)); // (B, H, queries, K)
  }

  private static NDArray joined(NDList parts, int axis) {
    return parts.size() == 1 ? parts.get(0) : NDArrays.concat(parts, axis);
  }
}
