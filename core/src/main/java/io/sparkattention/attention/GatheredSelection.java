package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;

/** What one block of queries reads among the choices of {@link ChosenBlocks}. */
record GatheredSelection(ChosenBlocks chosen, int number, Span queries) implements KeySelection {

  @Override
  public AttentionInput input() {
    return chosen.input();
  }

  @Override
  public NDArray gather(NDManager scope, NDArray x) {
    NDArray places = places(scope).get(0); // (B, Hkv, K)
    return SparseOperators.on(scope).gather(scope, x, places);
  }

  @Override
  public NDArray scatter(NDManager scope, NDArray weights) {
    int keys = (int) input().key().getShape().get(2);
    return SparseOperators.on(scope).scatter(scope, weights, places(scope).get(0), keys);
  }

  @Override
  public NDArray mask(NDManager scope) {
    NDArray read = places(scope).get(1); // (B, Hkv, queries or 1, K)
    return SparseOperators.on(scope).barrier(scope, read, input().query());
  }

  /** Places that are read, and which query reads which. */
  NDList places(NDManager scope) {
    return chosen.places(scope, number, queries.length());
  }
}
