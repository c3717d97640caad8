package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.AttentionMemory;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.RowCompanion;

/** What mechanisms keep of the rows of a cache. */
record RowMemory(AttentionMemory memory) implements RowCompanion {

  /** The memory of a cache, made on the first call and closed with it. */
  static AttentionMemory of(KvCache cache) {
    return cache.companion(RowMemory.class, RowMemory::in).memory();
  }

  private static RowMemory in(NDManager owner) {
    return new RowMemory(new AttentionMemory(owner));
  }

  @Override
  public void select(int[] rows) {
    memory.select(rows);
  }

  @Override
  public void clear(int row) {
    memory.clear(row);
  }

  @Override
  public void close() {
    memory.close();
  }
}
