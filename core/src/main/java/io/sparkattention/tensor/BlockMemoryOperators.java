package io.sparkattention.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Summaries of blocks of neighbouring keys, and the blocks that one more token reads. */
public final class BlockMemoryOperators {

  /** How blocks of neighbouring keys are scored. */
  public enum Summary {
    /** By the mean of their keys. */
    MEAN,
    /** By the largest product with a query that the bounds of their columns allow. */
    BOUNDS,
    /** By their sum, each weighed by the attention that their mean pays to it. */
    POOLED
  }

  private static final Map<Device, BlockMemoryOperators> BY_DEVICE = new ConcurrentHashMap<>();

  private final TorchScript script;

  private BlockMemoryOperators(Device device) {
    script = TorchScript.load("attention-block-memory.torchscript", Map.of(), device);
  }

  /** The operators of the device that a scope's arrays lie on. */
  public static BlockMemoryOperators on(NDManager scope) {
    return BY_DEVICE.computeIfAbsent(scope.getDevice(), BlockMemoryOperators::new);
  }

  /**
   * Summaries of all whole blocks, with room for more.
   *
   * @param key (B, Hkv, S, D)
   * @param capacity blocks that there is room for
   * @return (B, Hkv, capacity, D), or twice the columns for bounds
   */
  public NDArray summaries(NDManager scope, NDArray key, int block, Summary summary, int capacity) {
    int blocks = (int) key.getShape().get(2) / block;
    int kind = summary.ordinal();
    try (NDManager local = scope.newSubManager()) {
      NDArray all = script.call(local, "summary", key, block, kind, 0, blocks).get(0);
      return script.call(scope, "room", all, capacity).get(0);
    }
  }

  /** The same summaries with room for more blocks. */
  public NDArray widened(NDManager scope, NDArray summaries, int capacity) {
    return script.call(scope, "room", summaries, capacity).get(0);
  }

  /**
   * The keys of one block of each sequence.
   *
   * @param number (B) int64, which block
   * @return keys (B, Hkv, block, D) and their places (B, 1, block)
   */
  public NDList ofBlock(NDManager scope, NDArray key, NDArray number, int block) {
    return script.call(scope, "numbered", key, number, block);
  }

  /**
   * Summarizes one block of each sequence, in place.
   *
   * @param keys (B, Hkv, block, D), of {@link #ofBlock}
   * @param number (B) int64, which block
   */
  public void summarize(NDArray summaries, NDArray keys, NDArray number, Summary summary) {
    try (NDManager scope = summaries.getManager().newSubManager()) {
      script.call(scope, "digest", summaries, keys, number, summary.ordinal());
    }
  }

  /**
   * The blocks that one more token of each sequence reads, in the order of their places.
   *
   * @param query (B, H, 1, D)
   * @param summaries (B, Hkv, capacity, ...)
   * @param lengths (B) int64, how many keys are real
   * @param units how many blocks the keys make
   * @param first how many blocks are always read from the first on
   * @param blocks how many are chosen
   * @param window last keys that are always read
   * @return (B, Hkv, m) int64; {@code units} where there are fewer
   */
  public NDArray chooseBlocks(
      NDManager scope,
      NDArray query,
      NDArray summaries,
      NDArray lengths,
      int units,
      int block,
      int first,
      int blocks,
      int window,
      Summary summary) {
    return script
        .call(
            scope,
            "choose_blocks",
            query,
            summaries,
            lengths,
            units,
            block,
            first,
            blocks,
            window,
            summary == Summary.BOUNDS)
        .get(0);
  }

  /**
   * The keys that one more token reads where all sequences are equally long: of the blocks behind
   * the first ones those that score highest, the last keys, and the first blocks.
   *
   * @param first how many blocks are always read from the first on
   * @param blocks how many are chosen
   * @param last from which block on all are read
   * @param keys S
   * @return places (B, Hkv, K)
   */
  public NDArray chooseEvenly(
      NDManager scope,
      NDArray query,
      NDArray summaries,
      int block,
      int first,
      int blocks,
      int last,
      int keys,
      Summary summary) {
    return script
        .call(
            scope,
            "choose_even",
            query,
            summaries,
            block,
            first,
            blocks,
            last,
            keys,
            summary == Summary.BOUNDS)
        .get(0);
  }

  /**
   * The keys of blocks.
   *
   * @param ids (B, Hkv, m), of {@link #chooseBlocks}
   * @param keys S
   * @return places (B, Hkv, m · block), and whether they are read (B, Hkv, 1, m · block)
   */
  public NDList spots(NDManager scope, NDArray ids, NDArray lengths, int block, int keys) {
    return script.call(scope, "spots", ids, lengths, block, keys);
  }
}
