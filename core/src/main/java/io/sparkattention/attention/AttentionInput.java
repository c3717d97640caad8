package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionArrays;
import java.util.Arrays;
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
 * @param globals projections that global tokens have of their own; may be null, see {@link
 *     #globalProjections}
 * @param source what keys and values were projected from; may be null, see {@link #keySource}
 * @param memory what mechanisms keep of these sequences, a row each; may be null, see {@link
 *     #sequenceMemory}
 * @param rotation how heads turn with their positions; may be null, see {@link #keyRotation}
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
    GlobalProjections globals,
    KeySource source,
    AttentionMemory memory,
    Rotation rotation,
    NDManager scope) {

  /** A call that has neither a source nor a memory, of heads that nobody can turn. */
  public AttentionInput(
      NDArray query,
      NDArray key,
      NDArray value,
      double scale,
      Layout layout,
      AttentionMask mask,
      PositionBias bias,
      Site site,
      GlobalProjections globals,
      NDManager scope) {
    this(query, key, value, scale, layout, mask, bias, site, globals, null, null, null, scope);
  }

  /** A call of a layer whose tokens are all projected alike. */
  public AttentionInput(
      NDArray query,
      NDArray key,
      NDArray value,
      double scale,
      Layout layout,
      AttentionMask mask,
      PositionBias bias,
      Site site,
      NDManager scope) {
    this(query, key, value, scale, layout, mask, bias, site, null, scope);
  }

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

  /** The projections of global tokens, where the model has them. */
  public Optional<GlobalProjections> globalProjections() {
    return Optional.ofNullable(globals);
  }

  /**
   * What keys and values were projected from, where the model tells a mechanism that {@link
   * Attention#readsSource}.
   */
  public Optional<KeySource> keySource() {
    return Optional.ofNullable(source);
  }

  /** What mechanisms keep of these sequences, where the batch has such a memory. */
  public Optional<AttentionMemory> sequenceMemory() {
    return Optional.ofNullable(memory);
  }

  /**
   * How heads turn with their positions, where the model tells: what a mechanism needs that gives
   * keys other positions than those of the text.
   */
  public Optional<Rotation> keyRotation() {
    return Optional.ofNullable(rotation);
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
    return new AttentionInput(
        query, key, value, scale, layout, mask, bias, site, globals, source, memory, rotation,
        other);
  }

  /** The same call with a bias. */
  public AttentionInput withBias(PositionBias other) {
    return new AttentionInput(
        query, key, value, scale, layout, mask, other, site, globals, source, memory, rotation,
        scope);
  }

  /** The same call with another scale. */
  public AttentionInput withScale(double other) {
    return new AttentionInput(
        query, key, value, other, layout, mask, bias, site, globals, source, memory, rotation,
        scope);
  }

  /** The same call with projections of global tokens. */
  public AttentionInput withGlobals(GlobalProjections other) {
    return new AttentionInput(
        query, key, value, scale, layout, mask, bias, site, other, source, memory, rotation, scope);
  }

  /** The same call with what its keys and values were projected from. */
  public AttentionInput withSource(KeySource other) {
    return new AttentionInput(
        query, key, value, scale, layout, mask, bias, site, globals, other, memory, rotation,
        scope);
  }

  /** The same call with what mechanisms keep of its sequences. */
  public AttentionInput withMemory(AttentionMemory other) {
    return new AttentionInput(
        query, key, value, scale, layout, mask, bias, site, globals, source, other, rotation,
        scope);
  }

  /** The same call with how its heads turn. */
  public AttentionInput withRotation(Rotation other) {
    return new AttentionInput(
        query, key, value, scale, layout, mask, bias, site, globals, source, memory, other, scope);
  }

  /** The same call with other arrays, such as a part of the batch. */
  AttentionInput withArrays(NDArray q, NDArray k, NDArray v, Layout other) {
    return new AttentionInput(
        q, k, v, scale, other, mask, bias, site, null, null, memory, rotation, scope);
  }

  /**
   * This call in the padded layout: itself if it is padded, otherwise with arrays that are laid out
   * anew in {@link #scope}.
   */
  public AttentionInput padded() {
    if (!(layout instanceof Layout.Packed packed)) {
      return this;
    }
    int queries = Arrays.stream(packed.queryLengths()).max().orElse(0);
    int keys = Arrays.stream(packed.keyLengths()).max().orElse(0);
    AttentionArrays arrays = AttentionArrays.on(scope);
    AttentionInput padded =
        withArrays(
            arrays.pad(scope, query, packed.queryOffsets(), queries),
            arrays.pad(scope, key, packed.keyOffsets(), keys),
            arrays.pad(scope, value, packed.keyOffsets(), keys),
            new Layout.Padded(packed.batch(), queries, keys));
    if (source != null) {
      NDArray hidden = source.hidden().expandDims(1); // (N, 1, M)
      NDArray rows = arrays.pad(scope, hidden, packed.keyOffsets(), keys); // (B, 1, S, M)
      padded = padded.withSource(source.of(rows.squeeze(1)));
    }
    return globals == null
        ? padded
        : padded.withGlobals(
            new GlobalProjections(
                arrays.pad(scope, globals.query(), packed.queryOffsets(), queries),
                arrays.pad(scope, globals.key(), packed.keyOffsets(), keys),
                arrays.pad(scope, globals.value(), packed.keyOffsets(), keys)));
  }

  /** This call as global tokens ask it, with their projections; itself where they have none. */
  AttentionInput ofGlobals() {
    return globals == null
        ? this
        : withArrays(globals.query(), globals.key(), globals.value(), layout);
  }

  /**
   * The way back of {@link #padded()} for what belongs to queries.
   *
   * @param padded (B, H, T, C), such as the output of the padded call
   * @return the same in the layout of this call: (N, H, C) if it is packed
   */
  public NDArray restore(NDArray padded) {
    return layout instanceof Layout.Packed packed
        ? AttentionArrays.on(scope).pack(scope, padded, packed.queryOffsets())
        : padded;
  }
}
