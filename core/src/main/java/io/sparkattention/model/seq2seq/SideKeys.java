package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Layout;
import io.sparkattention.attention.WindowGlobalAttention;
import io.sparkattention.model.RelativeBuckets;
import io.sparkattention.model.decoder.SeamCall;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.SublayerOperators;
import java.util.List;

/**
 * Keys that stand for blocks of tokens, which every query reads beside its own window: LongT5's
 * transient global attention (arXiv:2112.07916). They come first among the keys, as sinks do, so
 * that any mechanism of windows and first keys serves; weights have a column more for each of them.
 */
final class SideKeys {

  private final SublayerOperators operators;
  private final StackWeights weights;
  private final Seq2SeqConfig config;

  SideKeys(SublayerOperators operators, StackWeights weights, Seq2SeqConfig config) {
    this.operators = operators;
    this.weights = weights;
    this.config = config;
  }

  /**
   * Attends, one text after the other.
   *
   * @param packed the call without side keys
   * @param x what the layer reads (N, hidden)
   * @param offsets cumulative lengths of the texts
   * @return (N, H, D) in the scope
   */
  NDArray attend(
      NDManager scope,
      Attention mechanism,
      AttentionInput packed,
      NDArray x,
      StackWeights.Layer layer,
      int[] offsets,
      List<AttentionProbe> probes) {
    NDList texts = new NDList();
    for (int i = 0; i + 1 < offsets.length; i++) {
      NDIndex rows = new NDIndex("{}:{}", offsets[i], offsets[i + 1]);
      AttentionInput one = one(scope, packed, x.get(scope, rows), layer, rows);
      int tokens = offsets[i + 1] - offsets[i];
      Attention reading = reading(mechanism, tokens / config.sideBlock());
      texts.add(SeamCall.attend(reading, one, new int[] {0, tokens}, probes)); // (T, H, D)
    }
    return texts.size() == 1 ? texts.get(0) : NDArrays.concat(texts);
  }

  private AttentionInput one(
      NDManager scope, AttentionInput packed, NDArray x, StackWeights.Layer layer, NDIndex rows) {
    int tokens = (int) x.getShape().get(0);
    int sides = tokens / config.sideBlock();
    NDArray key = packed.key().get(scope, rows); // (T, H, D)
    NDArray value = packed.value().get(scope, rows); // (T, H, D)
    if (sides > 0) {
      NDList both = operators.side(scope, x, layer.self(), layer.sideNorm(), config.sideBlock());
      key = both.get(0).concat(key); // (sides + T, H, D)
      value = both.get(1).concat(value); // (sides + T, H, D)
    }
    AttentionMask mask =
        new AttentionMask(
            Direction.BIDIRECTIONAL,
            new int[] {sides},
            new int[] {tokens},
            new int[] {sides + tokens});
    return new AttentionInput(
        headsFirst(packed.query().get(scope, rows)), // (1, H, T, D)
        headsFirst(key),
        headsFirst(value),
        packed.scale(),
        new Layout.Padded(1, tokens, sides + tokens),
        mask,
        new SideBias(
            buckets(weights.bias()), buckets(weights.sideBias()), config.sideBlock(), sides),
        packed.site(),
        scope);
  }

  private RelativeBuckets buckets(NDArray embedding) {
    int maxDistance = config.buckets().orElseThrow().maxDistance();
    return new RelativeBuckets(embedding, Direction.BIDIRECTIONAL, maxDistance, new int[1]);
  }

  /** A window reads all side keys; what else was chosen takes them for the first keys they are. */
  private static Attention reading(Attention mechanism, int sides) {
    return mechanism instanceof WindowGlobalAttention window
        ? new WindowGlobalAttention(window.window(), window.globals() + sides)
        : mechanism;
  }

  private static NDArray headsFirst(NDArray x) {
    return x.transpose(1, 0, 2).expandDims(0);
  }
}
