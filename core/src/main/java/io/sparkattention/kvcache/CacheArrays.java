package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.CacheOperators;
import io.sparkattention.tensor.CacheSize;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Keys and values of all layers, in one form of storage. */
final class CacheArrays {

  private final NDManager owner;
  private final NDArray like;
  private final CacheOperators operators;
  private NDArray stored; // (layers, rows, capacity, 2 · Hkv, D)
  private NDArray scales; // (layers, rows, capacity, 2 · Hkv, 1) float32, or null
  private final KeyNotes notes; // null where nothing is to be known of keys

  /**
   * @param like gives precision and device
   */
  CacheArrays(NDManager owner, KvCachePolicy policy, NDArray like, CacheSize size) {
    this.owner = owner;
    this.like = like;
    this.operators = CacheOperators.on(owner.getDevice());
    this.notes =
        KeyNotes.areTaken(policy) ? new KeyNotes(owner, policy.evidence(), like, size) : null;
    if (policy.storage() == CacheStorage.INT8) {
      NDList both = operators.zerosInt8(owner, like, size);
      stored = both.get(0);
      scales = both.get(1);
    } else {
      stored = operators.zeros(owner, like, size);
    }
  }

  /** What is stored, for operators that write it themselves; null if it is not in model form. */
  NDArray stored() {
    return scales == null ? stored : null;
  }

  /** What is known of keys; null where the policy needs nothing. */
  KeyNotes notes() {
    return notes;
  }

  /** What all arrays take. */
  long bytes() {
    return all().stream().mapToLong(each -> each.size() * each.getDataType().getNumOfBytes()).sum();
  }

  void write(int layer, NDArray places, NDArray key, NDArray value) {
    if (scales == null) {
      operators.write(stored, layer, places, key, value);
    } else {
      operators.writeInt8(stored, scales, layer, places, key, value);
    }
  }

  NDList view(NDManager scope, int layer, int keys) {
    return scales == null
        ? operators.view(scope, stored, layer, keys)
        : operators.viewInt8(scope, stored, scales, layer, keys, like);
  }

  /**
   * Keeps some rows. Those that move are copied in place, so that where as many rows stay as there
   * were, they are the same array.
   *
   * @param before how many rows there are
   * @param places how many of each row's places hold anything
   */
  void select(int[] rows, int before, int places) {
    if (rows.length > before) {
      try (NDManager scope = owner.newSubManager()) {
        NDArray index = upload(scope, rows); // (R)
        replace(each -> operators.select(owner, each, index));
      }
      return;
    }
    int[] moved = IntStream.range(0, rows.length).filter(i -> rows[i] != i).toArray();
    if (moved.length > 0) {
      try (NDManager scope = owner.newSubManager()) {
        NDArray sources = upload(scope, Arrays.stream(moved).map(i -> rows[i]).toArray()); // (M)
        NDArray targets = upload(scope, moved); // (M)
        all().forEach(each -> operators.move(each, sources, targets, places));
      }
    }
    if (rows.length < before) {
      replace(each -> operators.first(owner, each, rows.length));
    }
  }

  private List<NDArray> all() {
    return Stream.of(stored, scales, notes == null ? null : notes.array())
        .filter(Objects::nonNull)
        .toList();
  }

  private static NDArray upload(NDManager scope, int[] rows) {
    return Uploads.of(scope, Arrays.stream(rows).asLongStream().toArray());
  }

  void widen(int capacity) {
    replace(each -> operators.widen(owner, each, capacity));
  }

  /** Moves what a layer keeps of some rows to their first places. */
  void compact(int layer, NDArray rows, NDArray kept) {
    operators.compact(stored, layer, rows, kept, 2);
    if (scales != null) {
      operators.compact(scales, layer, rows, kept, 2);
    }
    if (notes != null) {
      notes.compact(layer, rows, kept);
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
    if (notes != null) {
      notes.replace(change);
    }
  }
}
