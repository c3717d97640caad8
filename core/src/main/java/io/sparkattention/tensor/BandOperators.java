package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators.Result;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A text cut into chunks of queries, each beside the band of keys around it, so that one call of
 * the fused operators attends for all chunks. Bands overlap and are not copied.
 */
public final class BandOperators {

  private static final Map<Device, BandOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private BandOperators(Device device) {
    script = TorchScript.load("attention-bands.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static BandOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), BandOperators::new);
  }

  /** Chunks of the queries of one text: (chunks, H, size, D) of (1, H, T, D), 0 behind the end. */
  public NDArray chunks(NDManager scope, NDArray query, int size) {
    return script.call(scope, "chunks", query, size).get(0);
  }

  /**
   * For each chunk the keys that are at most so far from it, 0 before the first and after the last.
   *
   * @param x (1, Hkv, S, D)
   * @param first keys that are no part of the text
   * @param side tokens on each side
   * @return (chunks, Hkv, size + 2 · side, D), views of one array
   */
  public NDArray bands(NDManager scope, NDArray x, int first, int side, int size) {
    return script.call(scope, "bands", x, first, side, size).get(0);
  }

  /** 0 where a query of a chunk reads a key of its band: (1, 1, size, size + 2 · side). */
  public NDArray band(NDManager scope, NDArray like, int size, int side) {
    return script.call(scope, "band", like, size, side).get(0);
  }

  /**
   * 0 where a key of a band lies in the text: (1, 1, 1, keys).
   *
   * @param first the place of the band's first key, which may be before the text
   */
  public NDArray edge(NDManager scope, NDArray like, int first, int tokens, int keys) {
    return script.call(scope, "edge", like, first, tokens, keys).get(0);
  }

  /** The results of chunks as those of one text: output (1, H, T, C) and logSumExp (1, H, T). */
  public Result joined(NDManager scope, NDArray outputs, NDArray logSumExps, int tokens) {
    NDList both = script.call(scope, "joined", outputs, logSumExps, tokens);
    return new Result(both.get(0), both.get(1));
  }
}
