package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import io.sparkattention.tensor.TurnOperators;

/**
 * A selection whose keys are read as near ones, where they stand, or as distant ones, which are all
 * one window away from every query. What is near to one query of a block is distant to another: so
 * every key is given in both forms, with the columns of the other form zero, and each query reads
 * one of them. Scores of both forms meet in one softmax.
 *
 * @param of what is read
 * @param asked of all selections of a call
 */
record NearAndFarSelection(GatheredSelection of, BothForms asked, int window)
    implements KeySelection {

  /** A call with its queries in both forms, (B, H, T, 2 · D), made when they are first read. */
  static final class BothForms {

    private final AttentionInput in;
    private final Renumbering renumbering;
    private final NDManager scope;
    private AttentionInput made;

    BothForms(AttentionInput in, Renumbering renumbering, NDManager scope) {
      this.in = in;
      this.renumbering = renumbering;
      this.scope = scope;
    }

    AttentionInput input() {
      if (made == null) {
        try (NDManager local = scope.newSubManager()) {
          NDArray far = renumbering.query(in, local); // (B, H, T, D)
          NDArray both = TurnOperators.on(scope).joined(scope, in.query(), far);
          made = in.withArrays(both, in.key(), in.value(), in.layout());
        }
      }
      return made;
    }
  }

  @Override
  public AttentionInput input() {
    return asked.input();
  }

  @Override
  public Span queries() {
    return of.queries();
  }

  @Override
  public NDArray keys(NDManager scope) {
    NDArray near = of.keys(scope); // (B, Hkv, K, D)
    NDArray home = of.places(scope).get(0).neg(); // (B, Hkv, K)
    NDArray far = Renumbering.rotation(of.input()).turned(scope, near, home); // (B, Hkv, K, D)
    return TurnOperators.on(scope).beside(scope, near, far);
  }

  @Override
  public NDArray gather(NDManager scope, NDArray x) {
    return TurnOperators.on(scope).twice(scope, of.gather(scope, x), 2);
  }

  @Override
  public NDArray scatter(NDManager scope, NDArray weights) {
    NDArray places = TurnOperators.on(scope).twice(scope, of.places(scope).get(0), 2);
    int keys = (int) of.input().key().getShape().get(2);
    return SparseOperators.on(scope).scatter(scope, weights, places, keys); // forms add up
  }

  @Override
  public NDArray mask(NDManager scope) {
    NDArray places = of.places(scope).get(0); // (B, Hkv, K)
    NDArray read = of.places(scope).get(1); // (B, Hkv, queries, K)
    NDArray parted =
        TurnOperators.on(scope)
            .parted(scope, places, read, of.chosen().frame().offsets(), queries(), window);
    return SparseOperators.on(scope).barrier(scope, parted, of.input().query());
  }
}
