package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What attention needs that reads what keys and values were projected from: the projections of keys
 * move to the queries, those of values to the outputs. Query heads of a group, one after the other,
 * share a projection.
 */
public final class SourceOperators {

  private static final Map<Device, SourceOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private SourceOperators(Device device) {
    script = TorchScript.load("attention-source.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static SourceOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), SourceOperators::new);
  }

  /**
   * Queries whose products with hidden states are those of the queries with keys, but for the keys'
   * bias.
   *
   * @param query (B, H, T, D)
   * @param keyWeight (Hkv, D, M)
   * @return (B, H, T, M)
   */
  public NDArray expand(NDManager scope, NDArray query, NDArray keyWeight) {
    return script.call(scope, "expand", query, keyWeight).get(0);
  }

  /**
   * The logSumExp of scores to which the keys' bias belongs; each query has the same of it for all
   * keys, so that it changes no weight.
   *
   * @param query (B, H, T, D)
   * @param keyBias (Hkv, D)
   * @param logSumExp (B, H, T)
   */
  public NDArray withBias(
      NDManager scope, NDArray query, NDArray keyBias, NDArray logSumExp, double scale) {
    return script.call(scope, "bias_scores", query, keyBias, logSumExp, scale).get(0);
  }

  /**
   * Outputs from mixed hidden states.
   *
   * @param mixed (B, H, T, M)
   * @param valueWeight (Hkv, D, M)
   * @param valueBias (Hkv, D), or null; not added where a query sees no key
   * @param logSumExp (B, H, T), minus infinity where a query sees no key
   * @return (B, H, T, D)
   */
  public NDArray outputs(
      NDManager scope, NDArray mixed, NDArray valueWeight, NDArray valueBias, NDArray logSumExp) {
    return valueBias == null
        ? script.call(scope, "outputs", mixed, valueWeight).get(0)
        : script.call(scope, "outputs_biased", mixed, valueWeight, valueBias, logSumExp).get(0);
  }
}
