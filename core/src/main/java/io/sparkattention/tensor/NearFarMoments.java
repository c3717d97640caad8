package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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
  private record Parting(int r, int before, int after, int blocks, int group) {

    static Parting of(int heads, int length, int width, int[] cutoffs) {
      int r = length < LONG ? BLOCK : LONG_BLOCK;
      int most = Arrays.stream(cutoffs).max().orElse(0);
      int least = Arrays.stream(cutoffs).min().orElse(0);
      int before = (Math.max(0, -least) + r - 1) / r;
      int after = (Math.max(0, most) + r - 1) / r;
      int blocks = (length + r - 1) / r;
      long near = (long) heads * r * r * (before + 1 + after);
      long values = (long) length * width;
      int group = (int) Math.max(1, Math.min(blocks, LARGEST / Math.max(near, values)));
      return new Parting(r, before, after, blocks, group);
    }
  }

  /**
   * Computes the sums of one sequence.
   *
   * @param scope owns the results
   * @param query (1, H, T, D)
   * @param key (1, H, T, D)
   * @param logSumExp (1, H, T) float32, of the same queries over the same keys
   * @param sums with columns (1, T, C + 2) and rows (1, T, R)
   */
  public Moments moments(
      NDManager scope,
      NDArray query,
      NDArray key,
      NDArray logSumExp,
      Sums sums,
      Received asked,
      double scale) {
    int length = (int) query.getShape().get(2);
    int heads = (int) query.getShape().get(1);
    int columns = (int) sums.columns().getShape().get(2) - 2;
    int factors = (int) sums.rows().getShape().get(2);
    int bands = sums.cutoffs().length + 1;
    Parting parting = Parting.of(heads, length, (int) query.getShape().get(3), sums.cutoffs());
    try (NDManager local = scope.newSubManager()) {
      NDArray entropy = entropy(local, query, key, logSumExp, scale); // (1, H, T)
      NDArray own = sums.columns().get(0).get(":, 0:" + columns); // (T, C)
      own.attach(local);
      NDArray weighted = sums.rows().get(0); // (T, R)
      weighted.attach(local);
      int padded = parting.blocks() + parting.before() + parting.after();
      NDArray received =
          script.call(local, "nothing", query, padded, parting.r(), bands + factors).get(0);
      NDList turned = // (1, H, T, D + 8) each, keys that ask and queries that answer
          asked == Received.SUMMED
              ? script.call(local, "turned", query, key, logSumExp, scale)
              : new NDList();
      NDList mixes = new NDList(); // (H, rows, C) each
      NDList parts = new NDList(); // (H, rows, bands, 2) each
      for (int from = 0; from < parting.blocks(); from += parting.group()) {
        int count = Math.min(parting.group(), parting.blocks() - from);
        try (NDManager block = local.newSubManager()) {
          Group group = new Group(block, parting, from, count, sums.cutoffs(), scale);
          NDArray near = near(group, query, key, logSumExp); // (H n, r, keys near)
          NDList some = queries(group, query, key, own, near);
          some.attach(local);
          mixes.add(some.get(0));
          parts.add(some.get(1));
          if (asked == Received.SUMMED) {
            keys(group, turned, near, weighted, received);
          }
        }
      }
      NDArray share =
          script
              .call(scope, "whole", received, parting.before(), parting.after(), length)
              .get(0); // (1, H, bands + R, T)
      NDArray mix = NDArrays.concat(mixes, 1).expandDims(0); // (1, H, T, C)
      NDArray band = NDArrays.concat(parts, 1).expandDims(0); // (1, H, T, bands, 2)
      for (NDArray result : new NDArray[] {entropy, mix, band}) {
        result.attach(scope);
      }
      return new Moments(entropy, mix, band, share);
    }
  }

  /** Some blocks that are worked on together. */
  private record Group(
      NDManager scope, Parting parting, int from, int count, int[] cutoffs, double scale) {

    long[] cuts() {
      return Arrays.stream(cutoffs).asLongStream().toArray();
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
  private NDList queries(Group group, NDArray query, NDArray key, NDArray columns, NDArray near) {
    NDManager scope = group.scope();
    Parting parts = group.parting();
    int r = parts.r();
    int length = (int) query.getShape().get(2);
    double reach = Integer.highestOneBit(length) * 2.0;
    NDArray q = script.call(scope, "blocks", query, group.from(), group.count(), r).get(0);
    NDArray k = script.call(scope, "repeated", key, group.count()).get(0); // (n, H, T, D)
    NDArray v = // (n, H, T, D)
        script
            .call(
                scope,
                "far_values",
                key,
                columns,
                group.from(),
                group.count(),
                r,
                parts.before(),
                parts.after(),
                reach)
            .get(0);
    return script.call(
        scope,
        "bands",
        near,
        operators.attend(scope, q, k, v, Visible.ALL, group.scale()).output(),
        (int) columns.getShape().get(1),
        group.from(),
        group.count(),
        r,
        parts.before(),
        parts.after(),
        group.cuts(),
        reach,
        length);
  }

  /** Adds what keys receive from the queries of a group, and keys of a group from far away. */
  private void keys(Group group, NDList turned, NDArray near, NDArray factors, NDArray received) {
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
        group.cuts());
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
        group.cutoffs().length + 1);
  }
}
