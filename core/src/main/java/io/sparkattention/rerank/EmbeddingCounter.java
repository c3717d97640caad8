package io.sparkattention.rerank;

/** Is told where the vectors of a call came from. Thread-safe: calls may run at the same time. */
public interface EmbeddingCounter {

  /**
   * Adds to what was counted before.
   *
   * @param reused vectors of queries and candidates that were stored
   * @param embedded texts that a model read, each distinct one once per call
   */
  void add(long reused, long embedded);
}
