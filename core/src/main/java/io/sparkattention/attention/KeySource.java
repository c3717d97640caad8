package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;

/**
 * What the keys and values of a call were projected from, for mechanisms that read it instead of
 * them: EL-attention (arXiv:2105.04779), Unlimiformer (arXiv:2305.01625). A key of a head is {@code
 * keyWeight · hidden + keyBias}, a value {@code valueWeight · hidden + valueBias}.
 *
 * @param hidden (B, S, M), or packed (N, M)
 * @param keyWeight (Hkv, D, M)
 * @param keyBias (Hkv, D); null where the model has none
 * @param valueWeight (Hkv, D, M)
 * @param valueBias (Hkv, D); null where the model has none
 */
public record KeySource(
    NDArray hidden, NDArray keyWeight, NDArray keyBias, NDArray valueWeight, NDArray valueBias) {

  /** The same projections of other hidden states. */
  public KeySource of(NDArray other) {
    return new KeySource(other, keyWeight, keyBias, valueWeight, valueBias);
  }
}
