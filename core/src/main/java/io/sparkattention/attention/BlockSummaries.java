package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.BlockMemoryOperators;
import io.sparkattention.tensor.BlockMemoryOperators.Summary;
import io.sparkattention.tensor.Uploads;

/**
 * Summaries of blocks of neighbouring keys that follow the keys of a cache: a block is summarized
 * once, in the step that completes it.
 */
final class BlockSummaries {

  private final int block;
  private final Summary summary;
  private final boolean atStart;

  /**
   * @param atStart whether keys are summarized as if all of them stood at position 0
   */
  BlockSummaries(int block, Summary summary, boolean atStart) {
    this.block = block;
    this.summary = summary;
    this.atStart = atStart;
  }

  /**
   * Summaries of a call whose sequences are remembered.
   *
   * @param kept says how many keys are in whole blocks that were summarized
   * @return (B, Hkv, capacity, ...), valid for all whole blocks
   */
  NDArray followed(AttentionInput in, KeptRows kept) {
    int[] lengths = in.mask().keyLengths();
    int[] whole = new int[lengths.length];
    long[] next = new long[lengths.length];
    int most = 0;
    boolean anew = kept.isNew(lengths.length);
    for (int b = 0; b < lengths.length; b++) {
      int before = anew ? 0 : kept.known(b) / block;
      whole[b] = lengths[b] / block * block;
      int now = whole[b] / block;
      anew |= before > now;
      most = Math.max(most, now - before);
      next[b] = Math.max(0, Math.min(before, now - 1));
    }
    BlockMemoryOperators operators = BlockMemoryOperators.on(in.scope());
    int units = units(in);
    int capacity = units + units / 4 + 8;
    if (anew || most > 1) {
      kept.replace(summaries(in, kept.owner(), capacity));
    } else {
      if (units > kept.array(0).getShape().get(2)) {
        kept.replace(operators.widened(kept.owner(), kept.array(0), capacity));
      }
      if (most == 1) {
        try (NDManager scope = in.scope().newSubManager()) {
          NDArray number = Uploads.of(scope, next); // (B)
          NDList keys = operators.ofBlock(scope, in.key(), number, block);
          NDArray read = atStart ? toStart(in, scope, keys) : keys.get(0); // (B, Hkv, block, D)
          operators.summarize(kept.array(0), read, number, summary);
        }
      }
    }
    kept.know(whole);
    return kept.array(0);
  }

  /** Summaries of the keys at hand. */
  NDArray of(AttentionInput in, NDManager scope) {
    return summaries(in, scope, units(in));
  }

  private NDArray summaries(AttentionInput in, NDManager owner, int capacity) {
    try (NDManager scope = in.scope().newSubManager()) {
      NDArray key = atStart ? Renumbering.key(in, scope) : in.key(); // (B, Hkv, S, D)
      return BlockMemoryOperators.on(scope).summaries(owner, key, block, summary, capacity);
    }
  }

  private static NDArray toStart(AttentionInput in, NDManager scope, NDList keys) {
    return Renumbering.rotation(in).turned(scope, keys.get(0), keys.get(1).neg());
  }

  /** How many blocks the keys make, the last of them perhaps not whole. */
  int units(AttentionInput in) {
    return ((int) in.key().getShape().get(2) + block - 1) / block;
  }
}
