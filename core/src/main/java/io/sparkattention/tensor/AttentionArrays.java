package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators.Result;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Masks, paddings, casts and rows of weights: what surrounds the fused attention. */
public final class AttentionArrays {

  private static final Map<Device, AttentionArrays> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private AttentionArrays(Device device) {
    script = TorchScript.load("attention-arrays.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static AttentionArrays on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), AttentionArrays::new);
  }

  /** The array in another precision. */
  public NDArray cast(NDManager scope, NDArray x, Precision precision) {
    return script.call(scope, "cast", x, precision.scalarType()).get(0);
  }

  /** Parts of an array along its first axis, in any order, any of them repeated. */
  public NDArray pick(NDManager scope, NDArray x, long[] rows) {
    try (NDArray index = Uploads.of(scope, rows)) {
      return script.call(scope, "pick", x, index).get(0);
    }
  }

  /**
   * A square of numbers that depend on the distance between row and column.
   *
   * @param ofDistances (rows + columns - 1, H), from that of the last row and the first column to
   *     that of the first row and the last column
   * @return (1, H, rows, columns)
   */
  public NDArray byDistance(NDManager scope, NDArray ofDistances, int columns) {
    return script.call(scope, "by_distance", ofDistances, columns).get(0);
  }

  /** The array in the precision of another. */
  public NDArray like(NDManager scope, NDArray x, NDArray other) {
    return script.call(scope, "like", x, other).get(0);
  }

  /**
   * Sequences side by side, each with the room of the longest.
   *
   * @param packed (N, heads, columns)
   * @param offsets B + 1 cumulative lengths
   * @return (B, heads, length, columns), 0 where padded
   */
  public NDArray pad(NDManager scope, NDArray packed, int[] offsets, int length) {
    int batch = offsets.length - 1;
    if (offsets[batch] == batch * length) { // nothing is missing
      return script.call(scope, "part", packed, batch, length).get(0);
    }
    try (NDArray places = places(scope, offsets, length)) {
      return script.call(scope, "pad", packed, places, batch, length).get(0);
    }
  }

  /**
   * Sequences one after the other, without their padding: the inverse of {@link #pad}.
   *
   * @param padded (B, heads, length, columns)
   * @return (N, heads, columns)
   */
  public NDArray pack(NDManager scope, NDArray padded, int[] offsets) {
    int length = (int) padded.getShape().get(2);
    int batch = offsets.length - 1;
    if (offsets[batch] == batch * length) {
      return script.call(scope, "join", padded).get(0);
    }
    try (NDArray places = places(scope, offsets, length)) {
      return script.call(scope, "pack", padded, places).get(0);
    }
  }

  private static NDArray places(NDManager scope, int[] offsets, int length) {
    int batch = offsets.length - 1;
    long[] places = new long[offsets[batch]];
    for (int b = 0; b < batch; b++) {
      for (int i = offsets[b]; i < offsets[b + 1]; i++) {
        places[i] = (long) b * length + i - offsets[b];
      }
    }
    return Uploads.of(scope, places); // (N) int64
  }

  /**
   * Output 0 and logSumExp minus infinity for queries that are padding.
   *
   * @param result output (B, H, T, C) and logSumExp (B, H, T); closed by this
   * @param lengths for each sequence, how many queries are real
   */
  public Result silence(NDManager scope, Result result, int[] lengths) {
    try (result;
        NDArray counts = Uploads.of(scope, lengths)) {
      NDList quiet = script.call(scope, "silence", result.output(), result.logSumExp(), counts);
      return new Result(quiet.get(0), quiet.get(1));
    }
  }

  /**
   * 0 for keys that are real and, if only the past is visible, not after the query; minus infinity
   * for others.
   *
   * @param like gives precision and device
   * @param queryOffsets for each sequence, the key position of its first query
   * @param keyLengths for each sequence, how many keys are real
   * @param queries the rows
   * @param keys the columns
   * @return (B, 1, rows, columns); one row where all keys are visible
   */
  public NDArray mask(
      NDManager scope,
      NDArray like,
      int[] queryOffsets,
      int[] keyLengths,
      Span queries,
      Span keys,
      AttentionOperators.Visible visible) {
    try (NDArray offsets = Uploads.of(scope, queryOffsets);
        NDArray lengths = Uploads.of(scope, keyLengths)) {
      return script
          .call(
              scope,
              "mask",
              like,
              offsets,
              lengths,
              queries.from(),
              queries.length(),
              keys.from(),
              keys.length(),
              visible == AttentionOperators.Visible.PAST)
          .get(0);
    }
  }

  /**
   * The softmax of scale · q · k + mask over all keys. It is normalized by its own sum, not by the
   * logSumExp of a fused kernel, whose scores are rounded differently; rows of which the logSumExp
   * is minus infinity see no key and are 0.
   *
   * @param query (B, H, T, D)
   * @param key (B, Hkv, S, D)
   * @param logSumExp (B, H, T)
   * @param mask (B or 1, H or 1, T or 1, S), or null
   * @return (B, H, T, S) float32
   */
  public NDArray weights(
      NDManager scope, NDArray query, NDArray key, NDArray logSumExp, NDArray mask, double scale) {
    return mask == null
        ? script.call(scope, "weights_plain", query, key, logSumExp, scale).get(0)
        : script.call(scope, "weights_masked", query, key, logSumExp, mask, scale).get(0);
  }
}
