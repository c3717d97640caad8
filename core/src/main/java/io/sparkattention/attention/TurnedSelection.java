package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.Span;
import java.util.function.Function;

/**
 * A selection whose keys are read at other positions than those of the text.
 *
 * @param of what is read
 * @param by by how many positions each key is turned, (B or 1, Hkv or 1, K), in a scope
 */
record TurnedSelection(KeySelection of, Function<NDManager, NDArray> by) implements KeySelection {

  @Override
  public AttentionInput input() {
    return of.input();
  }

  @Override
  public Span queries() {
    return of.queries();
  }

  @Override
  public NDArray keys(NDManager scope) {
    return Renumbering.rotation(input()).turned(scope, of.keys(scope), by.apply(scope));
  }

  @Override
  public NDArray gather(NDManager scope, NDArray x) {
    return of.gather(scope, x);
  }

  @Override
  public NDArray scatter(NDManager scope, NDArray weights) {
    return of.scatter(scope, weights);
  }

  @Override
  public NDArray mask(NDManager scope) {
    return of.mask(scope);
  }
}
