package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.SelectionOperators.Frame;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What mechanisms need that read keys at other positions than those of the text: turns of rotated
 * heads, and by how many positions each key is to be turned.
 */
public final class TurnOperators {

  private static final Map<Device, TurnOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private TurnOperators(Device device) {
    script = TorchScript.load("attention-turns.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static TurnOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), TurnOperators::new);
  }

  /**
   * Turns rotated heads to other positions. Column {@code i} turns with column {@code i + R / 2},
   * those behind the first R stay.
   *
   * @param heads (B, heads, K, D)
   * @param by how many positions further, (B or 1, heads or 1, K) int64
   * @param frequencies angles of one position, (B or 1, R / 2) float32
   * @return (B, heads, K, D)
   */
  public NDArray turned(NDManager scope, NDArray heads, NDArray by, NDArray frequencies) {
    return script.call(scope, "turned", heads, by, frequencies).get(0);
  }

  /** What turns the keys (B, Hkv, S, D) of a text to position 0: (1, 1, S). */
  public NDArray toStart(NDManager scope, NDArray key) {
    return script.call(scope, "home", key, key.getShape().get(2)).get(0);
  }

  /**
   * What turns queries (B, H, T, D) to position {@code window}, so that keys at position 0 are as
   * far from each of them: (B, 1, T).
   *
   * @param offsets (B) integers, the position of each sequence's first query
   */
  public NDArray toDistance(NDManager scope, NDArray query, NDArray offsets, int window) {
    return script.call(scope, "afar", query, offsets, query.getShape().get(2), window).get(0);
  }

  /**
   * What turns keys that are further than {@code window} from the last position of their sequence
   * to that distance: (B, Hkv, K).
   *
   * @param places (B, Hkv, K) int64
   * @param lengths (B) int64
   */
  public NDArray withinDistance(NDManager scope, NDArray places, NDArray lengths, int window) {
    return script.call(scope, "nearer", places, lengths, window).get(0);
  }

  /**
   * Places in ascending order, behind -1 for each that is not read.
   *
   * @param places (B, Hkv, K) int64
   * @param read (B, Hkv or 1, 1, K) boolean
   * @return (B, Hkv, K)
   */
  public NDArray ordered(NDManager scope, NDArray places, NDArray read) {
    return script.call(scope, "ordered", places, read).get(0);
  }

  /**
   * What turns ordered places so that the last stands at the last position of its sequence and the
   * others without a gap before it: (B, Hkv, K).
   *
   * @param places of {@link #ordered}
   * @param lengths (B) int64
   */
  public NDArray closedUp(NDManager scope, NDArray places, NDArray lengths) {
    return script.call(scope, "closed", places, lengths).get(0);
  }

  /**
   * The same for keys that blocks of queries chose: they stand without a gap before the first query
   * of their block.
   *
   * @param ids (B, Hkv, n, m), see {@link SelectionOperators}
   * @param blocks which of the n
   * @param kept how many of the m
   * @param own keys behind those of each block that stay where they are
   * @return (B, Hkv, blocks · (kept · block + own)) int64; anything for what is not read
   */
  public NDArray closedUp(
      NDManager scope, NDArray ids, Frame frame, Span blocks, int kept, int block, int own) {
    return script
        .call(
            scope,
            "gathered_up",
            ids,
            frame.offsets(),
            frame.lengths(),
            blocks.from(),
            blocks.length(),
            kept,
            frame.rows(),
            block,
            own)
        .get(0);
  }

  /**
   * Which of some keys are read as near ones and which as distant ones.
   *
   * @param places (B, Hkv, K) int64
   * @param read (B, Hkv, queries or 1, K) boolean
   * @param offsets (B) integers, the position of each sequence's first query
   * @return (B, Hkv, queries, 2 · K) boolean
   */
  public NDArray parted(
      NDManager scope, NDArray places, NDArray read, NDArray offsets, Span queries, int window) {
    return script
        .call(scope, "parted", places, read, offsets, queries.from(), queries.length(), window)
        .get(0);
  }

  /** Keys (B, Hkv, K, D) in two forms, (B, Hkv, 2 · K, 2 · D): each form scores by its columns. */
  public NDArray beside(NDManager scope, NDArray near, NDArray far) {
    return script.call(scope, "beside", near, far).get(0);
  }

  /** Queries (B, H, T, D) in two forms, (B, H, T, 2 · D). */
  public NDArray joined(NDManager scope, NDArray near, NDArray far) {
    return script.call(scope, "both", near, far).get(0);
  }

  /** An array behind itself along an axis. */
  public NDArray twice(NDManager scope, NDArray x, int axis) {
    return script.call(scope, "twice", x, axis).get(0);
  }

  /**
   * All keys.
   *
   * @param key (B, Hkv, S, D)
   * @param lengths (B) int64
   * @return places (B, Hkv, S), and whether they are real (B, Hkv, 1, S)
   */
  public NDList every(NDManager scope, NDArray key, NDArray lengths) {
    long heads = key.getShape().get(1);
    return script.call(scope, "every", key, lengths, heads, key.getShape().get(2));
  }
}
