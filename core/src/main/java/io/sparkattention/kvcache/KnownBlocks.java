package io.sparkattention.kvcache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.tensor.CacheOperators;
import io.sparkattention.tensor.CachePieces;
import java.nio.IntBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keys and values of blocks of tokens that were read alone, for other texts that hold them. What
 * was not asked for longest goes first where they would take too many bytes. Safe for use by
 * several threads.
 */
public final class KnownBlocks implements AutoCloseable {

  private final NDManager owner;
  private final Map<IntBuffer, NDArray> blocks = new LinkedHashMap<>(16, 0.75f, true);
  private final long bytesPerToken;
  private long most;
  private long bytes;

  /**
   * Knows nothing.
   *
   * @param parent its memory is in a sub-manager of this one
   * @param bytesPerToken bytes of the keys and values of a token
   * @param most bytes that they may take
   */
  public KnownBlocks(NDManager parent, long bytesPerToken, long most) {
    this.owner = parent.newSubManager();
    this.bytesPerToken = bytesPerToken;
    this.most = most;
  }

  /**
   * Keys and values of a block.
   *
   * @param scope owns the result, which stays whatever becomes of what is known
   * @return (layers, T, 2 · Hkv, D), keys before values and not rotated; empty where it is not
   *     known
   */
  public synchronized Optional<NDArray> find(NDManager scope, int[] ids) {
    NDArray found = blocks.get(IntBuffer.wrap(ids));
    return Optional.ofNullable(found)
        .map(each -> CacheOperators.on(scope.getDevice()).first(scope, each, ids.length));
  }

  /**
   * Remembers a block, if there can be room for it.
   *
   * @param stored the cache that it was read into, (layers, rows, capacity, 2 · Hkv, D), without
   *     rotation
   */
  public synchronized void keep(int[] ids, NDArray stored, int row) {
    long own = ids.length * bytesPerToken;
    IntBuffer key = IntBuffer.wrap(ids.clone());
    if (own > most || blocks.containsKey(key)) {
      return;
    }
    forgetBeyond(most - own);
    blocks.put(key, CachePieces.on(owner.getDevice()).piece(owner, stored, row, ids.length));
    bytes += own;
  }

  /** Forgets blocks until the others take no more than so many bytes, also from now on. */
  public synchronized void limit(long limit) {
    most = Math.min(most, limit);
    forgetBeyond(most);
  }

  private void forgetBeyond(long limit) {
    var oldest = blocks.entrySet().iterator();
    while (bytes > limit && oldest.hasNext()) {
      Map.Entry<IntBuffer, NDArray> each = oldest.next();
      bytes -= each.getKey().remaining() * bytesPerToken;
      each.getValue().close();
      oldest.remove();
    }
  }

  /** What is known takes no more bytes than this. */
  public synchronized long most() {
    return most;
  }

  /** What all that is known takes. */
  public synchronized long bytes() {
    return bytes;
  }

  @Override
  public synchronized void close() {
    blocks.clear();
    bytes = 0;
    owner.close();
  }
}
