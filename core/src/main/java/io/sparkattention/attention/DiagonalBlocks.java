package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.BandOperators;
import io.sparkattention.tensor.Span;
import java.util.List;

/**
 * {@link BlockDiagonalAttention} of one whole text: the blocks that read themselves alone are a
 * batch of short texts and need no mask.
 */
final class DiagonalBlocks {

  private DiagonalBlocks() {}

  /** How many first queries of a call are in blocks of this kind; 0 if they cannot be a batch. */
  static int queries(BlockDiagonalAttention mechanism, AttentionInput in) {
    AttentionMask mask = in.mask();
    int tokens = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    boolean whole =
        mask.batch() == 1
            && tokens == keys
            && mask.queryOffsets()[0] == 0
            && mask.full(tokens, keys)
            && in.bias() == null
            && mechanism.instruction() == 0;
    int blocks = (tokens + mechanism.block() - 1) / mechanism.block();
    int alone = Math.min(tokens / mechanism.block(), blocks - mechanism.last());
    return whole ? Math.max(0, alone * mechanism.block()) : 0;
  }

  /**
   * Attends.
   *
   * @param first from {@link #queries}
   * @param others the selections of the queries behind them
   * @param values (1, Hkv, T, C)
   * @return output (1, H, T, C) and logSumExp (1, H, T), in the scope of the call
   */
  static Result attend(
      BlockDiagonalAttention mechanism,
      AttentionInput in,
      int first,
      List<PatternSelection> others,
      NDArray values) {
    AttentionOperators operators = AttentionOperators.on(in.scope().getDevice());
    boolean causal = in.mask().direction() == Direction.CAUSAL;
    try (NDManager local = in.scope().newSubManager()) {
      BandOperators bands = BandOperators.on(local);
      Span span = new Span(0, first);
      Result blocks =
          operators.attend(
              local,
              bands.chunks(local, span.of(local, in.query()), mechanism.block()),
              bands.chunks(local, span.of(local, in.key()), mechanism.block()),
              bands.chunks(local, span.of(local, values), mechanism.block()),
              causal ? Visible.PAST : Visible.ALL,
              in.scale()); // (blocks, H, block, C)
      ResultParts parts = new ResultParts();
      parts.add(bands.joined(local, blocks.output(), blocks.logSumExp(), first));
      for (PatternSelection other : others) {
        parts.add(
            operators.attendMasked(
                local,
                other.queries().of(local, in.query()),
                other.gather(local, in.key()),
                other.gather(local, values),
                other.mask(local),
                in.scale()));
      }
      return parts.joined(in.scope());
    }
  }
}
