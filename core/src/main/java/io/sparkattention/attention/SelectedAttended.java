package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.Span;
import java.util.Arrays;
import java.util.List;

/**
 * What a sparse mechanism attended to, from the selections it made: block by block, the queries
 * attend to their keys with the fused operators. Cost and memory follow the selected keys.
 */
final class SelectedAttended implements Attended {

  private final AttentionInput input;
  private final List<? extends KeySelection> blocks;
  private final NDManager selected;
  private final Result result;

  /**
   * @param blocks cover all queries in their order
   * @param selected owns the arrays of the selections; closed with this
   */
  SelectedAttended(AttentionInput input, List<? extends KeySelection> blocks, NDManager selected) {
    this.input = input;
    this.blocks = blocks;
    this.selected = selected;
    result = attend(input.value());
  }

  @Override
  public NDArray output() {
    return result.output();
  }

  @Override
  public NDArray logSumExp() {
    return result.logSumExp();
  }

  @Override
  public NDArray mix(NDArray values) {
    Result mixed = attend(values);
    mixed.logSumExp().close();
    return mixed.output();
  }

  private Result attend(NDArray values) {
    NDManager scope = input.scope();
    AttentionOperators operators = AttentionOperators.on(scope.getDevice());
    try (NDManager local = scope.newSubManager()) {
      NDList outputs = new NDList();
      NDList logSumExps = new NDList();
      for (KeySelection block : blocks) {
        try (NDManager inner = local.newSubManager()) {
          Result part =
              operators.attendMasked(
                  local,
                  rows(inner, input.query(), block.queries()),
                  block.gather(inner, input.key()),
                  block.gather(inner, values),
                  block.mask(inner),
                  input.scale());
          outputs.add(part.output());
          logSumExps.add(part.logSumExp());
        }
      }
      NDArray output = NDArrays.concat(outputs, 2); // (B, H, T, C)
      NDArray logSumExp = NDArrays.concat(logSumExps, 2); // (B, H, T)
      int queries = (int) logSumExp.getShape().get(2);
      Result all = new Result(output, logSumExp);
      if (Arrays.stream(input.mask().queryLengths()).anyMatch(n -> n < queries)) {
        all = AttentionArrays.on(scope).silence(scope, all, input.mask().queryLengths());
      }
      all.output().attach(scope);
      all.logSumExp().attach(scope);
      return all;
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
          NDArray all = block.scatter(local, weights(local, block)); // (B, H, rows, S)
          int start = block.queries().from();
          parts.add(rows(local, all, new Span(first - start, last - start)));
        }
      }
      NDArray joined = NDArrays.concat(parts, 2); // (B, H, to - from, S)
      joined.attach(input.scope());
      return joined;
    }
  }

  /** Weights of a block's queries over its keys: (B, H, rows, K) float32. */
  private NDArray weights(NDManager scope, KeySelection block) {
    return AttentionArrays.on(scope)
        .weights(
            scope,
            rows(scope, input.query(), block.queries()),
            block.gather(scope, input.key()),
            rows(scope, result.logSumExp(), block.queries()),
            block.mask(scope),
            input.scale());
  }

  private static NDArray rows(NDManager scope, NDArray x, Span span) {
    return x.get(scope, new NDIndex(":, :, {}:{}", span.from(), span.to()));
  }

  @Override
  public AttentionMoments moments(NDArray columns) {
    return SelectedMoments.of(input, logSumExp(), blocks, columns);
  }

  @Override
  public void close() {
    result.close();
    selected.close();
  }
}
