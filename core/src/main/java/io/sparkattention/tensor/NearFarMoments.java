package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionMomentOperators.Moments;
import io.sparkattention.tensor.AttentionMomentOperators.Sums;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sums over the weights of one sequence that reads all of itself, at the speed of the fused
 * operators (FlashAttention, arXiv:2205.14135), for GPUs in half precision. Bands of distances are
 * parted near the diagonal alone: there weights are formed, entry by entry in float32; what is far
 * is summed by attending once more with columns as values, and what keys receive by attending from
 * keys to queries, of which each counts by its logSumExp.
 */
public final class NearFarMoments {

  private static final Map<Device, NearFarMoments> BY_DEVICE = new ConcurrentHashMap<>();

  /** Tokens of a block, short and long; of texts from which on long ones are used. */
  private static final int BLOCK = 128;

  private static final int LONG_BLOCK = 512;
  private static final int LONG = 16_384;

  /** Shorter sequences are summed together with others. */
  private static final int SHORTEST = 512;

  /** Entries near the diagonal, and of values, that are held at once. */
  private static final long LARGEST = 64L << 20;

  /** Values of a sequence that are kept for all layers; a batch may have many sequences. */
  private static final long KEPT = LARGEST / 16;

  private static final int SIDES = 4; // columns for what is far before and after

  /** Whether it is asked for what keys receive. */
  public enum Received {
    SUMMED,
    /** Zeros stand for it. */
    LEFT_OUT
  }

  private final TorchScript script;
  private final AttentionOperators operators;

  private NearFarMoments(Device device) {
    script = TorchScript.load("attention-near-far.torchscript", Map.of(), device);
    operators = AttentionOperators.on(device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static NearFarMoments on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), NearFarMoments::new);
  }

  /**
   * Whether this is the faster way for a call: queries and keys (B, H, T, D) on a GPU in half
   * precision, all heads with keys of their own, few columns, bands near the diagonal.
   *
   * @param columns how many columns the weights of a row are summed with
   * @param rows how many columns the weights to a key are summed with
   */
  public static boolean areFaster(
      NDArray query, NDArray key, long columns, long rows, int[] cutoffs) {
    long width = query.getShape().get(3);
    return query.getDevice().isGpu()
        && query.getDataType() != DataType.FLOAT32
        && query.getShape().get(2) >= SHORTEST
        && query.getShape().equals(key.getShape())
        && columns + SIDES <= width
        && 2 + rows <= width
        && Arrays.stream(cutoffs).allMatch(cutoff -> Math.abs(cutoff) <= 2 * BLOCK);
  }

  /** How a sequence is parted: blocks of r tokens, of which some before and after are near. */
  record Parting(int length, int r, int before, int after, int blocks, int group) {

    static Parting of(Shape keys, int[] cutoffs) {
      int length = (int) keys.get(2);
      int r = length < LONG ? BLOCK : LONG_BLOCK;
      int most = Arrays.stream(cutoffs).max().orElse(0);
      int least = Arrays.stream(cutoffs).min().orElse(0);
      int before = (Math.max(0, -least) + r - 1) / r;
      int after = (Math.max(0, most) + r - 1) / r;
      int blocks = (length + r - 1) / r;
      long near = keys.get(1) * r * r * (before + 1 + after);
      long values = length * keys.get(3);
      int group = (int) Math.max(1, Math.min(blocks, LARGEST / Math.max(near, values)));
      return new Parting(length, r, before, after, blocks, group);
    }

    /** What distances are divided by, so that half precision keeps them. */
    double reach() {
      return Integer.highestOneBit(length) * 2.0;
    }
  }

  /**
   * What the sums of one sequence share in all layers.
   *
   * @param columns (T, C)
   * @param rows (T, R)
   * @param members which entries near the diagonal are of a band, (r, near, bands), and the same
   *     beside their distances, (r, near, 2 bands)
   * @param far columns as values of all blocks, (n, H, T, D); null where there are too many blocks
   */
  public record Prepared(
      Parting parting, NDArray columns, NDArray rows, NDList members, NDArray far) {

    private int bands() {
      return (int) members.get(0).getShape().get(2);
    }

    private int sums() {
      return bands() + (int) rows.getShape().get(1);
    }

    private NDArray ofBlocks(NDManager scope, NDArray key, int from, int count) {
      return far != null ? far : values(scope, key, columns, parting, from, count);
    }
  }

  /**
   * Prepares the sums of one sequence, for all of its layers that have as many heads.
   *
   * @param scope owns what is prepared
   * @param key (1, H, T, D), of any layer
   * @param sums with columns (1, T, C + 2) and rows (1, T, R)
   */
  public static Prepared prepare(NDManager scope, NDArray key, Sums sums) {
    Shape shape = key.getShape();
    Parting parting = Parting.of(shape, sums.cutoffs());
    NDArray columns = sums.columns().get(0).get(":, 0:" + (sums.columns().getShape().get(2) - 2));
    NDArray rows = sums.rows().get(0);
    try (NDArray cutoffs =
        Uploads.of(scope, Arrays.stream(sums.cutoffs()).asLongStream().toArray())) {
      NDList members =
          on(scope)
              .script
              .call(scope, "members", parting.r(), parting.before(), parting.after(), cutoffs);
      for (NDArray array : new NDArray[] {columns, rows}) {
        array.attach(scope);
      }
      long width = shape.get(2) * shape.get(3);
      boolean kept = parting.group() >= parting.blocks() && parting.blocks() * width <= KEPT;
      NDArray far = kept ? values(scope, key, columns, parting, 0, parting.blocks()) : null;
      return new Prepared(parting, columns, rows, members, far);
    }
  }

  private static NDArray values(
      NDManager scope, NDArray key, NDArray columns, Parting parting, int from, int count) {
    return on(scope)
        .script
        .call(
            scope,
            "far_values",
            key,
            columns,
            from,
            count,
            parting.r(),
            parting.before(),
            parting.after(),
            parting.reach())
        .get(0);
  }

  /**
   * Computes the sums of one sequence.
   *
   * @param scope owns the results
   * @param query (1, H, T, D)
   * @param key (1, H, T, D)
   * @param logSumExp (1, H, T) float32, of the same queries over the same keys
   */
  public Moments moments(
      NDManager scope,
      NDArray query,
      NDArray key,
      NDArray logSumExp,
      Prepared sums,
      Received asked,
      double scale) {
    Parting parting = sums.parting();
    try (NDManager local = scope.newSubManager()) {
      NDArray entropy = entropy(local, query, key, logSumExp, scale); // (1, H, T)
      boolean receives = asked == Received.SUMMED;
      NDList turned = // (1, H, T, D + 8) each, keys that ask and queries that answer
          receives ? script.call(local, "turned", query, key, logSumExp, scale) : null;
      NDArray received = // (H, blocks, r, bands + R), with the blocks before and after all
          receives ? nothing(local, query, sums) : null;
      NDList mixes = new NDList(); // (H, rows, C) each
      NDList parts = new NDList(); // (H, rows, bands, 2) each
      for (int from = 0; from < parting.blocks(); from += parting.group()) {
        int count = Math.min(parting.group(), parting.blocks() - from);
        try (NDManager block = local.newSubManager()) {
          Group group = new Group(block, sums, from, count, scale);
          NDArray near = near(group, query, key, logSumExp); // (H n, r, keys near)
          NDList some = queries(group, query, key, near);
          some.attach(local);
          mixes.add(some.get(0));
          parts.add(some.get(1));
          if (receives) {
            keys(group, turned, near, received);
          }
        }
      }
      NDArray share = // (1, H, bands + R, T)
          receives
              ? ofTokens(scope, received, parting)
              : scope.zeros(new Shape(1, query.getShape().get(1), sums.sums(), parting.length()));
      NDArray mix = NDArrays.concat(mixes, 1).expandDims(0); // (1, H, T, C)
      NDArray band = NDArrays.concat(parts, 1).expandDims(0); // (1, H, T, bands, 2)
      for (NDArray result : new NDArray[] {entropy, mix, band}) {
        result.attach(scope);
      }
      return new Moments(entropy, mix, band, share);
    }
  }

  private NDArray nothing(NDManager scope, NDArray query, Prepared sums) {
    Parting parts = sums.parting();
    int blocks = parts.before() + parts.blocks() + parts.after();
    return script.call(scope, "nothing", query, blocks, parts.r(), sums.sums()).get(0);
  }

  /** What blocks received without those that are no part of the text: (1, H, bands + R, T). */
  private NDArray ofTokens(NDManager scope, NDArray received, Parting parts) {
    return script
        .call(scope, "whole", received, parts.before(), parts.after(), parts.length())
        .get(0);
  }

  /** Some blocks that are worked on together. */
  private record Group(NDManager scope, Prepared sums, int from, int count, double scale) {

    Parting parting() {
      return sums.parting();
    }
  }

  /** LogSumExp less the mean score; keys less their mean lose fewer digits. */
  private NDArray entropy(
      NDManager scope, NDArray query, NDArray key, NDArray logSumExp, double scale) {
    NDList centered = script.call(scope, "centered", key); // (1, H, T, D), (1, H, 1, D)
    Result mixed = operators.attend(scope, query, key, centered.get(0), Visible.ALL, scale);
    return script
        .call(scope, "entropy", query, mixed.output(), centered.get(1), logSumExp, scale)
        .get(0);
  }

  /** The weights near the diagonal, (H n, r, keys near). */
  private NDArray near(Group group, NDArray query, NDArray key, NDArray logSumExp) {
    Parting parts = group.parting();
    return script
        .call(
            group.scope(),
            "near",
            query,
            key,
            logSumExp,
            group.from(),
            group.count(),
            parts.r(),
            parts.before(),
            parts.after(),
            group.scale())
        .get(0);
  }

  /** What queries of a group give: to columns (H, rows, C), and in bands (H, rows, bands, 2). */
  private NDList queries(Group group, NDArray query, NDArray key, NDArray near) {
    NDManager scope = group.scope();
    Parting parts = group.parting();
    NDArray q = script.call(scope, "blocks", query, group.from(), group.count(), parts.r()).get(0);
    NDArray k = script.call(scope, "repeated", key, group.count()).get(0); // (n, H, T, D)
    NDArray v = group.sums().ofBlocks(scope, key, group.from(), group.count()); // (n, H, T, D)
    return script.call(
        scope,
        "bands",
        near,
        operators.attend(scope, q, k, v, Visible.ALL, group.scale()).output(),
        (int) group.sums().columns().getShape().get(1),
        group.from(),
        group.count(),
        parts.r(),
        group.sums().members().get(1),
        parts.reach(),
        parts.length());
  }

  /** Adds what keys receive from the queries of a group, and keys of a group from far away. */
  private void keys(Group group, NDList turned, NDArray near, NDArray received) {
    NDArray factors = group.sums().rows();
    NDManager scope = group.scope();
    Parting parts = group.parting();
    int r = parts.r();
    script.call(
        scope,
        "take",
        received,
        near,
        factors,
        group.from(),
        group.count(),
        r,
        parts.before(),
        parts.after(),
        group.sums().members().get(0));
    NDArray keys = turned.get(0);
    NDArray q = script.call(scope, "blocks", keys, group.from(), group.count(), r).get(0);
    NDArray k = script.call(scope, "repeated", turned.get(1), group.count()).get(0);
    NDArray v = // (n, H, T, D + 8)
        script
            .call(
                scope,
                "far_factors",
                keys,
                factors,
                (int) keys.getShape().get(3),
                group.from(),
                group.count(),
                r,
                parts.before(),
                parts.after())
            .get(0);
    Result far = operators.attend(scope, q, k, v, Visible.ALL, group.scale());
    script.call(
        scope,
        "far_received",
        received,
        far.output(),
        far.logSumExp(),
        group.from(),
        parts.before(),
        group.sums().bands());
  }
}
