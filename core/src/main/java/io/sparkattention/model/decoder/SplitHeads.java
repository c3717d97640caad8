package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.HeadSplitAttention;
import io.sparkattention.kvcache.CacheShape;
import io.sparkattention.kvcache.HeadSplit;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.kvcache.OtherHeads;
import io.sparkattention.tensor.HeadOperators;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Heads of which some keep everything and the others do not, each part in a cache of its own. */
final class SplitHeads {

  private final NDManager scope;
  private final NDList qkv;
  private final NDList outputs = new NDList();
  private final int group;
  private final long[] places;
  private int next;

  private SplitHeads(NDManager scope, NDList qkv) {
    this.scope = scope;
    this.qkv = qkv;
    int heads = (int) qkv.get(0).getShape().get(1);
    this.group = heads / (int) qkv.get(1).getShape().get(1);
    this.places = new long[heads];
  }

  /** Which heads of which layer keep everything. */
  static HeadSplitAttention chosenBy(HeadSplit split) {
    return new HeadSplitAttention(split.profile(), split.share(), 0, 1, false, split.seed());
  }

  /** Every reason why a mechanism cannot read heads that are split; empty if it can. */
  static List<String> unsupportedReasons(
      HeadSplit split, Attention attention, AttentionShape shape) {
    if (!(attention instanceof DenseAttention)) {
      return List.of("a cache that splits heads is read by attention dense alone: set no other");
    }
    try {
      return chosenBy(split).unsupportedReasons(shape);
    } catch (IllegalArgumentException e) { // no such profile
      return List.of(e.getMessage());
    }
  }

  /** Makes a cache for each part; a layer with fewer heads of a part than another wastes room. */
  static KvCache caches(
      HeadSplit split, CacheShape shape, BiFunction<CacheShape, KvCachePolicy, KvCache> create) {
    HeadSplitAttention chosen = chosenBy(split);
    int heads = shape.keyValueHeads();
    List<long[]> held =
        IntStream.range(0, shape.layers())
            .mapToObj(layer -> chosen.retrievalHeads(layer, heads))
            .toList();
    List<long[]> others = held.stream().map(some -> others(some, heads)).toList();
    KvCache all = create.apply(shape.withHeads(most(held)), split.all());
    if (most(others) > 0) {
      KvCache rest = create.apply(shape.withHeads(most(others)), split.others());
      all.join(new OtherHeads(rest, held, others));
    }
    return all;
  }

  private static int most(List<long[]> heads) {
    return heads.stream().mapToInt(some -> some.length).max().orElse(0);
  }

  private static long[] others(long[] some, int heads) {
    return LongStream.range(0, heads)
        .filter(head -> Arrays.stream(some).noneMatch(each -> each == head))
        .toArray();
  }

  /**
   * Attends with both parts.
   *
   * @param qkv query (N, H, D), key and value (N, Hkv, D)
   * @param held attends with the heads of a cache that leaves some to another: (N, h, D)
   * @param rest attends with the others
   * @return (N, H, D) in the scope
   */
  static NDArray attend(
      NDManager scope,
      KvCache cache,
      int layer,
      NDList qkv,
      UnaryOperator<NDList> held,
      UnaryOperator<NDList> rest) {
    OtherHeads others = cache.others().orElseThrow();
    SplitHeads parts = new SplitHeads(scope, qkv);
    parts.add(others.held().get(layer), cache.heads(), held);
    parts.add(others.others().get(layer), others.cache().heads(), rest);
    NDArray order = Uploads.of(scope, parts.places); // (H)
    return HeadOperators.on(scope).join(scope, parts.outputs, order);
  }

  /**
   * Attends with some heads.
   *
   * @param width heads that their cache has; where that is more, head 0 stands for the missing
   */
  private void add(long[] heads, int width, UnaryOperator<NDList> attention) {
    long[] keyHeads = Arrays.copyOf(heads, width);
    long[] queryHeads =
        LongStream.of(keyHeads)
            .flatMap(head -> LongStream.range(head * group, (head + 1) * group))
            .toArray();
    for (int i = 0; i < heads.length * group; i++) {
      places[(int) queryHeads[i]] = next + i;
    }
    next += queryHeads.length;
    HeadOperators operators = HeadOperators.on(scope);
    NDArray ofKeys = Uploads.of(scope, keyHeads); // (h)
    NDArray ofQueries = Uploads.of(scope, queryHeads); // (h · group)
    NDList some =
        new NDList(
            operators.pick(scope, qkv.get(0), ofQueries),
            operators.pick(scope, qkv.get(1), ofKeys),
            operators.pick(scope, qkv.get(2), ofKeys));
    outputs.addAll(attention.apply(some));
  }
}
