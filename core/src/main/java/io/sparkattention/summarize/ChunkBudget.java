package io.sparkattention.summarize;

import java.util.ArrayList;
import java.util.List;

/** What strategies that read a source chunk by chunk have in common. */
final class ChunkBudget {

  private ChunkBudget() {}

  /**
   * Checks options of such a strategy.
   *
   * @throws IllegalArgumentException if one is negative
   */
  static void requireOptions(int chunkTokens, int summaryTokens) {
    if (chunkTokens < 0 || summaryTokens < 0) {
      throw new IllegalArgumentException(
          "chunk-tokens=%d, summary-tokens=%d: use positive numbers, or 0 to leave it to the model"
              .formatted(chunkTokens, summaryTokens));
    }
  }

  /**
   * Tokens of a chunk.
   *
   * @param asked 0 for as many as there is room for
   * @throws IllegalArgumentException if there is no room for as many as were asked for
   */
  static int chunk(int asked, int room) {
    if (asked > room) {
      throw new IllegalArgumentException(
          "chunk-tokens=%d: the model has room for %d beside its prompt and what it writes"
              .formatted(asked, room));
    }
    return asked > 0 ? asked : room;
  }

  /** The chunks of all documents of a source; none goes over the end of a document. */
  static List<SourceChunk> chunks(Source source, int tokens, SummarizeContext context) {
    List<SourceChunk> chunks = new ArrayList<>();
    for (int d = 0; d < source.texts().size(); d++) {
      chunks.addAll(
          TokenChunks.of(d, source.texts().get(d), tokens, context.splitter(), context.writer()));
    }
    return chunks;
  }
}
