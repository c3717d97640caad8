package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Optional;

/**
 * One call of an attention: queries, keys, values and everything that a mechanism may need to know
 * of them. Arrays belong to the caller; results are made in {@link #scope}.
 *
 * @param query (B, H, T, D), or packed (N, H, D)
 * @param key (B, Hkv, S, D), or packed (N, Hkv, D)
 * @param value (B, Hkv, S, D), or packed (N, Hkv, D)
 * @param scale what scores are multiplied with, usually 1 / sqrt(D)
 * @param layout how the arrays lie
 * @param mask which keys each query may read
 * @param bias what the model adds to the scores; may be null, see {@link #positionBias}
 * @param site where in the model the call stands
 * @param scope owns the results
 */
public record AttentionInput(
    NDArray query,
    NDArray key,
    NDArray value,
    double scale,
    Layout layout,
    AttentionMask mask,
    PositionBias bias,
    Site site,
    NDManager scope) {

  /** The input of a padded batch without a bias of the model's own, scaled by 1 / sqrt(D). */
  public static AttentionInput padded(
      NDArray query, NDArray key, NDArray value, AttentionMask mask, Site site, NDManager scope) {
    long[] q = query.getShape().getShape();
    Layout layout = new Layout.Padded((int) q[0], (int) q[2], (int) key.getShape().get(2));
    return new AttentionInput(
        query, key, value, 1 / Math.sqrt(q[3]), layout, mask, null, site, scope);
  }

  /** What the model adds to the scores, where it does. */
  public Optional<PositionBias> positionBias() {
    return Optional.ofNullable(bias);
  }

  /** Query heads, H. */
  public int heads() {
    return (int) query.getShape().get(1);
  }

  /** Key and value heads, Hkv. */
  public int keyValueHeads() {
    return (int) key.getShape().get(1);
  }

  /** Columns of a head, D. */
  public int headSize() {
    return (int) query.getShape().get(query.getShape().dimension() - 1);
  }

  /** The same call with other results' owner. */
  public AttentionInput in(NDManager other) {
    return new AttentionInput(query, key, value, scale, layout, mask, bias, site, other);
  }

  /** The same call with a bias. */
  public AttentionInput withBias(PositionBias other) {
    return new AttentionInput(query, key, value, scale, layout, mask, other, site, scope);
  }
}
