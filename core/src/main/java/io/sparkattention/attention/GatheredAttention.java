package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.SelectionOperators;
import io.sparkattention.tensor.Span;
import java.util.Arrays;

/**
 * Attends to {@link ChosenBlocks}, many blocks of queries in one call of the fused operators. What
 * lies before a block of queries needs no mask, only a count; its own positions are attended to
 * apart, and both parts merge through their logSumExps.
 */
final class GatheredAttention {

  /** Bytes of keys that are gathered at once. */
  private static final long LARGEST_BYTES_GPU = 1L << 28;

  private static final long LARGEST_BYTES_CPU = 8L << 20;

  private final ChosenBlocks chosen;
  private final AttentionInput in;
  private final SelectionOperators operators;
  private final int heads;
  private final int batch;
  private final int offset;

  GatheredAttention(ChosenBlocks chosen) {
    this.chosen = chosen;
    in = chosen.input();
    operators = SelectionOperators.on(in.scope());
    heads = in.keyValueHeads();
    batch = in.mask().batch();
    int[] offsets = in.mask().queryOffsets();
    offset = Arrays.stream(offsets).distinct().count() == 1 ? offsets[0] : -1;
  }

  /**
   * Attends.
   *
   * @param values (B, Hkv, S, C)
   * @return output (B, H, T, C) and logSumExp (B, H, T)
   */
  Result attend(NDArray values) {
    return attend(values, 0);
  }

  /** As above, for blocks of queries from a number on; what is padding is anything then. */
  Result attend(NDArray values, int first) {
    int rows = chosen.frame().rows();
    int queries = chosen.queries();
    int count = (queries + rows - 1) / rows;
    try (NDManager local = in.scope().newSubManager()) {
      NDArray keys = operators.laid(local, in.key(), chosen.block());
      NDArray laid = operators.laid(local, values, chosen.block());
      ResultParts parts = new ResultParts();
      // from the last on, which read most: a device then serves the others from the same memory
      for (int to = count; to > first; ) {
        int from = Math.max(first, to - atOnce(to));
        int taken = Math.min(queries, to * rows) - from * rows;
        try (NDManager inner = local.newSubManager()) {
          Result part = part(inner, keys, laid, values, new Span(from, to), taken);
          part.output().attach(local);
          part.logSumExp().attach(local);
          parts.addBefore(part);
        }
        to = from;
      }
      Result all = parts.joined(in.scope());
      return first == 0 ? ResultParts.silenced(in, all) : all;
    }
  }

  /** How many blocks of queries are attended for together, the last of them before another. */
  private int atOnce(int to) {
    boolean gpu = in.scope().getDevice().isGpu();
    Shape key = in.key().getShape();
    int bytes = gpu ? Short.BYTES : Float.BYTES;
    long each = (long) batch * heads * key.get(3) * bytes * chosen.block();
    long most = Math.max(1, chosen.most(to - 1));
    return (int) Math.max(1, (gpu ? LARGEST_BYTES_GPU : LARGEST_BYTES_CPU) / (each * most));
  }

  private Result part(
      NDManager scope, NDArray keys, NDArray laid, NDArray values, Span blocks, int taken) {
    int count = blocks.length();
    if (!chosen.frame().causal()) {
      Result all = gathered(scope, keys, laid, blocks);
      return operators.alone(scope, all, batch, in.heads(), count, chosen.frame().rows(), taken);
    }
    Result own =
        AttentionOperators.on(scope.getDevice())
            .attend(
                scope,
                operators.own(scope, in.query(), chosen.frame(), 0, blocks),
                operators.own(scope, in.key(), chosen.frame(), offset, blocks),
                operators.own(scope, values, chosen.frame(), offset, blocks),
                Visible.PAST,
                in.scale());
    if (chosen.most(blocks.to() - 1) == 0) {
      return operators.alone(scope, own, batch, count, taken);
    }
    return operators.merged(scope, gathered(scope, keys, laid, blocks), own, batch, count, taken);
  }

  /** Gathered keys (B * Hkv * blocks, 1, K, D) without a gap before their queries. */
  private NDArray closedUp(NDManager scope, NDArray key, Span blocks, int kept) {
    NDArray by = Renumbering.closedUp(chosen, scope, blocks, kept, 0);
    NDArray heads = key.reshape(batch, this.heads, -1, key.getShape().get(3));
    return Renumbering.rotation(in).turned(scope, heads, by).reshape(key.getShape());
  }

  /** What the queries of some blocks read of the keys that they chose. */
  private Result gathered(NDManager scope, NDArray keys, NDArray laid, Span blocks) {
    int kept = chosen.most(blocks.to() - 1);
    int all = chosen.blocks();
    int block = chosen.block();
    NDArray ids = chosen.ids();
    NDArray key = operators.gather(scope, keys, ids, blocks, kept, all, block);
    return operators.attendCounted(
        scope,
        operators.queries(scope, in.query(), heads, blocks, chosen.frame().rows()),
        chosen.renumbering() == null ? key : closedUp(scope, key, blocks, kept),
        operators.gather(scope, laid, ids, blocks, kept, all, block),
        operators.counts(scope, ids, chosen.frame(), blocks, kept, block),
        in.scale());
  }
}
