package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.CacheOperators;
import io.sparkattention.tensor.CacheSize;
import java.util.function.UnaryOperator;

/** What is known of each key beside the key: its position, and its evidence where that is kept. */
final class KeyNotes {

  private final CacheOperators operators;
  private final Evidence evidence;
  private NDArray notes; // (layers, rows, capacity, Hkv, columns) float32

  /**
   * @param like gives the device
   */
  KeyNotes(NDManager owner, Evidence evidence, NDArray like, CacheSize size) {
    this.operators = CacheOperators.on(owner.getDevice());
    this.evidence = evidence;
    this.notes = operators.notes(owner, like, size, columns(evidence));
  }

  /** Whether a policy needs any. */
  static boolean areTaken(KvCachePolicy policy) {
    return policy.drops() && policy.numbering() == KvCachePolicy.Numbering.TEXT;
  }

  /** Numbers for each key. */
  static int columns(Evidence evidence) {
    return evidence.isKept() ? 2 : 1;
  }

  /** Notes new keys of all heads; places and positions are (N) int64. */
  void write(int layer, NDArray places, NDArray positions) {
    operators.note(notes, layer, places, positions, evidence.prior());
  }

  /** Notes keys that were chosen head by head; positions and mass are (B, Hkv, K). */
  void write(int layer, NDArray places, NDArray positions, NDArray mass) {
    operators.noteKept(notes, layer, places, positions, evidence.isKept() ? mass : positions);
  }

  /** Positions of the first keys of some rows, (B, Hkv, keys) float32. */
  NDArray positions(NDManager scope, int layer, NDArray rows, int keys) {
    return operators.noted(scope, notes, layer, rows, keys);
  }

  /**
   * Adds the evidence of a call to that of before.
   *
   * @param mass (B, Hkv, keys) float32
   * @param retained (B) float32, what earlier evidence is multiplied with
   * @return both, (B, Hkv, keys) float32
   */
  NDArray weigh(NDManager scope, int layer, NDArray rows, NDArray mass, NDArray retained) {
    return evidence.isKept() ? operators.weigh(scope, notes, layer, rows, mass, retained) : mass;
  }

  void compact(int layer, NDArray rows, NDArray kept) {
    operators.compact(notes, layer, rows, kept, 1);
  }

  void replace(UnaryOperator<NDArray> change) {
    NDArray before = notes;
    notes = change.apply(before);
    before.close();
  }

  /** (layers, rows, capacity, Hkv, columns) float32. */
  NDArray array() {
    return notes;
  }
}
