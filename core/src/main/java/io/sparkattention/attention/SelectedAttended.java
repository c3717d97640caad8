package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.Span;
import java.util.List;
import java.util.function.Function;

/**
 * What a sparse mechanism attended to, from the selections it made: block by block, the queries
 * attend to their keys with the fused operators. Cost and memory follow the selected keys.
 */
final class SelectedAttended extends KernelAttended {

  private final AttentionInput input;
  private final List<? extends KeySelection> blocks;
  private final NDManager selected;

  /**
   * @param blocks cover all queries in their order
   * @param selected owns the arrays of the selections; closed with this
   */
  SelectedAttended(AttentionInput input, List<? extends KeySelection> blocks, NDManager selected) {
    super(input.value(), values -> attend(input, blocks, values));
    this.input = input;
    this.blocks = blocks;
    this.selected = selected;
  }

  /**
   * @param kernel attends faster than block by block
   */
  SelectedAttended(
      AttentionInput input,
      List<? extends KeySelection> blocks,
      NDManager selected,
      Function<NDArray, Result> kernel) {
    super(input.value(), kernel);
    this.input = input;
    this.blocks = blocks;
    this.selected = selected;
  }

  private static Result attend(
      AttentionInput in, List<? extends KeySelection> blocks, NDArray values) {
    AttentionOperators operators = AttentionOperators.on(in.scope().getDevice());
    try (NDManager local = in.scope().newSubManager()) {
      ResultParts parts = new ResultParts();
      for (KeySelection block : blocks) {
        AttentionInput asked = block.input();
        NDArray read = values == in.value() ? asked.value() : values;
        try (NDManager inner = local.newSubManager()) {
          parts.add(
              operators.attendMasked(
                  local,
                  block.queries().of(inner, asked.query()),
                  block.keys(inner),
                  block.gather(inner, read),
                  block.mask(inner),
                  in.scale()));
        }
      }
      return ResultParts.silenced(in, parts.joined(in.scope()));
    }
  }

  @Override
  public NDArray weights(int from, int to) {
    try (NDManager local = input.scope().newSubManager()) {
      NDList parts = new NDList();
      for (KeySelection block : blocks) {
        int first = Math.max(from, block.queries().from());
        int last = Math.min(to, block.queries().to());
        if (first < last) {
          parts.add(block.scatter(local, weights(local, block, new Span(first, last))));
        }
      }
      NDArray joined = NDArrays.concat(parts, 2); // (B, H, to - from, S)
      joined.attach(input.scope());
      return joined;
    }
  }

  /** Weights of some of a block's queries over its keys: (B, H, rows, K) float32. */
  private NDArray weights(NDManager scope, KeySelection block, Span rows) {
    int start = block.queries().from();
    NDArray mask = block.mask(scope); // (B or 1, H or 1, queries or 1, K)
    return AttentionArrays.on(scope)
        .weights(
            scope,
            rows.of(scope, block.input().query()),
            block.keys(scope),
            rows.of(scope, logSumExp()),
            mask.getShape().get(2) == 1
                ? mask
                : new Span(rows.from() - start, rows.to() - start).of(scope, mask),
            input.scale());
  }

  @Override
  public AttentionMoments moments(MomentSums sums) {
    return SelectedMoments.of(input, logSumExp(), blocks, sums);
  }

  @Override
  public void close() {
    super.close();
    selected.close();
  }
}
