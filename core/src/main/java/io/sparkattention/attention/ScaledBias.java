package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Span;

/**
 * What a model adds to the scores, multiplied.
 *
 * @param of the model's
 * @param factor (1 or B, 1, 1 or T, 1) float32
 */
record ScaledBias(PositionBias of, NDArray factor) implements PositionBias {

  @Override
  public NDArray block(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo) {
    NDArray own = of.block(scope, queryFrom, queryTo, keyFrom, keyTo); // (1 or B, H, rows, keys)
    NDArray rows = one() ? factor : new Span(queryFrom, queryTo).of(scope, factor);
    NDArray scaled = own.mul(rows);
    scaled.attach(scope);
    return AttentionArrays.on(scope).like(scope, scaled, own);
  }

  @Override
  public boolean byDistance(int keyFrom) {
    return one() && of.byDistance(keyFrom);
  }

  private boolean one() {
    return factor.getShape().get(2) == 1;
  }
}
