package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.CacheOperators;
import java.util.function.UnaryOperator;

/** Keys and values of one layer, in one form of storage. */
final class LayerCache {

  private final NDManager owner;
  private final CacheOperators operators;
  private NDArray stored; // (2, rows, capacity, Hkv, D)
  private NDArray scales; // (2, rows, capacity, Hkv, 1) float32, or null

  LayerCache(
      NDManager owner,
      CacheStorage storage,
      NDArray like,
      int rows,
      int capacity,
      int heads,
      int columns) {
    this.owner = owner;
    this.operators = CacheOperators.on(owner.getDevice());
    if (storage == CacheStorage.INT8) {
      NDList both = operators.zerosInt8(owner, like, rows, capacity, heads, columns);
      stored = both.get(0);
      scales = both.get(1);
    } else {
      stored = operators.zeros(owner, like, rows, capacity, heads, columns);
    }
  }

  /** What is stored, for operators that write it themselves; null if it is not in model form. */
  NDArray stored() {
    return scales == null ? stored : null;
  }

  void write(NDArray places, NDArray key, NDArray value) {
    if (scales == null) {
      operators.write(stored, places, key, value);
    } else {
      operators.writeInt8(stored, scales, places, key, value);
    }
  }

  NDList view(NDManager scope, int keys, NDArray like) {
    return scales == null
        ? operators.view(scope, stored, keys)
        : operators.viewInt8(scope, stored, scales, keys, like);
  }

  void select(NDArray rows) {
    replace(each -> operators.select(owner, each, rows));
  }

  void widen(int rows, int capacity) {
    replace(each -> operators.widen(owner, each, rows, capacity));
  }

  void compact(NDArray kept) {
    operators.compact(stored, kept);
    if (scales != null) {
      operators.compact(scales, kept);
    }
  }

  private void replace(UnaryOperator<NDArray> change) {
    NDArray before = stored;
    stored = change.apply(before);
    before.close();
    if (scales != null) {
      NDArray scalesBefore = scales;
      scales = change.apply(scalesBefore);
      scalesBefore.close();
    }
  }
}
