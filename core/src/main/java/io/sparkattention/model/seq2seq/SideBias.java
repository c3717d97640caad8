package io.sparkattention.model.seq2seq;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.PositionBias;
import io.sparkattention.tensor.AttentionArrays;
import java.util.stream.IntStream;

/**
 * The bias of side keys, by the distance between blocks, and after them that of tokens.
 *
 * @param tokens by the distance between tokens
 * @param blocks by the distance between blocks
 * @param block tokens of a block
 * @param sides how many side keys there are
 */
record SideBias(PositionBias tokens, PositionBias blocks, int block, int sides)
    implements PositionBias {

  @Override
  public NDArray block(NDManager scope, int queryFrom, int queryTo, int keyFrom, int keyTo) {
    if (keyFrom >= sides) {
      return tokens.block(scope, queryFrom, queryTo, keyFrom - sides, keyTo - sides);
    }
    NDArray first = ofSides(scope, queryFrom, queryTo, keyFrom, Math.min(sides, keyTo));
    if (keyTo <= sides) {
      return first;
    }
    NDArray rest = tokens.block(scope, queryFrom, queryTo, 0, keyTo - sides);
    NDArray both = NDArrays.concat(new NDList(first, rest), 3); // (1, H, queries, keys)
    both.attach(scope);
    return both;
  }

  @Override
  public boolean byDistance(int keyFrom) {
    return keyFrom >= sides && tokens.byDistance(keyFrom - sides);
  }

  private NDArray ofSides(NDManager scope, int queryFrom, int queryTo, int from, int to) {
    int first = numberOf(queryFrom);
    long[] number =
        IntStream.range(queryFrom, queryTo).mapToLong(t -> numberOf(t) - first).toArray();
    NDArray ofBlocks = blocks.block(scope, first, numberOf(queryTo - 1) + 1, from, to);
    // (1, H, blocks, sides) with the blocks in front, each repeated for its queries
    NDArray rows = AttentionArrays.on(scope).pick(scope, ofBlocks.transpose(2, 0, 1, 3), number);
    return rows.transpose(1, 2, 0, 3); // (1, H, queries, sides)
  }

  /** The block of a token; those behind the last whole block belong to it. */
  private int numberOf(int token) {
    return Math.min(token / block, sides - 1);
  }
}
