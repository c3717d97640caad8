package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Normalizers other than the softmax, and weights that are changed after it. */
public final class HookOperators {

  /** What turns scores into weights; the order is that of the script. */
  public enum Normalizer {
    SOFTMAX,
    /** The nearest point of the simplex (arXiv:1602.02068). */
    SPARSEMAX,
    /** Between softmax and sparsemax, by its alpha (arXiv:1909.00015). */
    ENTMAX,
    /** Positive scores as they are (arXiv:2104.07012). */
    RELU
  }

  private static final Map<Device, HookOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private HookOperators(Device device) {
    script = TorchScript.load("attention-hooks.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static HookOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), HookOperators::new);
  }

  /**
   * Weights of some queries by a normalizer.
   *
   * @param query (B, H, rows, D)
   * @param key (B, Hkv, S, D)
   * @param mask (B or 1, H or 1, rows or 1, S)
   * @param alpha of entmax, more than 1
   * @return weights (B, H, rows, S) float32; and (B, H, rows): the logSumExp of a softmax,
   *     otherwise 0, and minus infinity where no key is seen
   */
  public NDList normalized(
      NDManager scope,
      NDArray query,
      NDArray key,
      NDArray mask,
      double scale,
      Normalizer normalizer,
      double alpha) {
    return script.call(scope, "normalized", query, key, mask, scale, normalizer.ordinal(), alpha);
  }

  /** Weights (B, H, rows, S) times values (B, Hkv, S, C): (B, H, rows, C) float32. */
  public NDArray mixed(NDManager scope, NDArray weights, NDArray values) {
    return script.call(scope, "mixed", weights, values).get(0);
  }

  /**
   * Keys beyond the first that receive more than so many times the mean.
   *
   * @param received (B, H, S) float32
   * @param queryLengths (B)
   * @param lengths (B)
   * @param heads Hkv
   * @return 1 for these, 0 for others: (B, Hkv, S, 1)
   */
  public NDArray sinks(
      NDManager scope,
      NDArray received,
      NDArray queryLengths,
      NDArray lengths,
      int heads,
      int skipped,
      double factor) {
    return script
        .call(scope, "sinks", received, queryLengths, lengths, heads, skipped, factor)
        .get(0);
  }

  /**
   * All keys but the share that receives most.
   *
   * @return 1 for these, 0 for others: (B, Hkv, S, 1)
   */
  public NDArray dropped(
      NDManager scope, NDArray received, NDArray lengths, int heads, double share) {
    return script.call(scope, "dropped", received, lengths, heads, share).get(0);
  }

  /** Values with 0 for keys that are not chosen, and with 0 for those that are. */
  public NDList parted(NDManager scope, NDArray chosen, NDArray values) {
    return script.call(scope, "others", chosen, values);
  }

  /**
   * What weights are multiplied with where the chosen keys keep a share of theirs and the others
   * gain the rest in proportion.
   *
   * @param on what the chosen keys weigh together (B, H, T, 1)
   * @param off what the others weigh together
   * @return for the chosen and for the others (B, H, T, 1) float32
   */
  public NDList factors(NDManager scope, NDArray on, NDArray off, double share) {
    return script.call(scope, "factors", on, off, share);
  }

  /** Sums of both parts with their factors, in the precision of the first. */
  public NDArray reweighted(NDManager scope, NDArray on, NDArray off, NDArray kept, NDArray grown) {
    return script.call(scope, "reweighted", on, off, kept, grown).get(0);
  }

  /**
   * Rows of weights with the factors.
   *
   * @param weights (B, H, rows, S)
   * @param chosen (B, Hkv, S, 1)
   */
  public NDArray reweightedRows(
      NDManager scope, NDArray weights, NDArray chosen, NDArray kept, NDArray grown) {
    return script.call(scope, "reweighted_rows", weights, chosen, kept, grown).get(0);
  }
}
