package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pieces of the rows of a cache, such as blocks of texts that other texts hold too: copied out of
 * one cache, and read at the places of another text.
 */
public final class CachePieces {

  private static final Map<Device, CachePieces> LOADED = new ConcurrentHashMap<>();

  private final TorchScript script;

  private CachePieces(Device device) {
    script = TorchScript.load("cache-pieces.torchscript", Map.of(), device);
  }

  /** The operators of a device, loaded on the first call. */
  public static CachePieces on(Device device) {
    return LOADED.computeIfAbsent(device, CachePieces::new);
  }

  /**
   * A copy of the first places of a row.
   *
   * @param cache (layers, rows, capacity, 2 · Hkv, D)
   * @return (layers, places, 2 · Hkv, D)
   */
  public NDArray piece(NDManager scope, NDArray cache, int row, int places) {
    return script.call(scope, "piece", cache, row, places).get(0);
  }

  /** All places of all rows of a cache one after the other, (layers, rows · capacity, ...). */
  public NDArray placesOf(NDManager scope, NDArray cache) {
    return script.call(scope, "places_of", cache).get(0);
  }

  /** Some pieces one after the other, each (layers, places, 2 · Hkv, D). */
  public NDArray joined(NDManager scope, TensorList pieces) {
    return script.call(scope, "joined", pieces).get(0);
  }

  /**
   * Keys and values of a layer at some places.
   *
   * @param pieces (layers, places, 2 · Hkv, D)
   * @param places (N) int64
   * @return two arrays (N, Hkv, D)
   */
  public NDList at(NDManager scope, NDArray pieces, int layer, NDArray places) {
    return script.call(scope, "at", pieces, layer, places);
  }
}
