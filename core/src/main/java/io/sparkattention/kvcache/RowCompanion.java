package io.sparkattention.kvcache;

/** What is known of the keys of a cache beside them, and must follow its rows. */
public interface RowCompanion extends AutoCloseable {

  /** Keeps some rows, in any order, any of them repeated. */
  void select(int[] rows);

  /** A row begins anew, or its keys have other places now. */
  void clear(int row);

  @Override
  void close();
}
