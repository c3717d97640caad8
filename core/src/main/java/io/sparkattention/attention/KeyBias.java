package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionArrays;
import java.util.Arrays;

/**
 * What is added to the scores of some keys for every query, beside what the model adds. Adding the
 * logarithm of a factor multiplies the key's weight with it before weights are divided by their
 * sum.
 *
 * @param in the call
 * @param chosen the heads
 * @param added to the scores of a key
 */
record KeyBias(AttentionInput in, HeadChoice chosen, KeyNumber added) implements PositionBias {

  /** A number for every key. */
  @FunctionalInterface
  interface KeyNumber {
    double at(int key);
  }

  @Override
  public NDArray block(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo) {
    int heads = in.heads();
    int keys = keyTo - keyFrom;
    float[] row = new float[keys];
    for (int s = 0; s < keys; s++) {
      row[s] = (float) added.at(keyFrom + s);
    }
    float[] numbers = new float[heads * keys];
    for (int h = 0; h < heads; h++) {
      if (chosen.contains(in.site().layer(), h)) {
        System.arraycopy(row, 0, numbers, h * keys, keys);
      } else {
        Arrays.fill(numbers, h * keys, (h + 1) * keys, 0);
      }
    }
    NDArray exact = scope.create(numbers, new Shape(1, heads, 1, keys));
    NDArray columns = AttentionArrays.on(scope).like(scope, exact, in.query()); // (1, H, 1, keys)
    if (in.bias() == null) {
      return columns.broadcast(new Shape(1, heads, queryTo - queryFrom, keys));
    }
    NDArray own = in.bias().block(scope, queryFrom, queryTo, keyFrom, keyTo);
    NDArray both = own.add(columns); // (1 or B, H, queries, keys)
    both.attach(scope);
    return both;
  }
}
