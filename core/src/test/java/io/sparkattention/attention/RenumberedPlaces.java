package io.sparkattention.attention;

/** Where mechanisms with {@code positions=renumbered} read keys, in plain Java. */
final class RenumberedPlaces {

  /** Where a key stands for a query. */
  interface Place {
    int of(int row, int s);
  }

  private RenumberedPlaces() {}

  /**
   * Where the keys stand that a mechanism read.
   *
   * @param weights (B, H, T, S), which tell what was read
   * @return null where keys stand at their places in the text
   */
  static Place of(Attention mechanism, AttentionCase given, NaiveAttention naive, float[] weights) {
    if (mechanism instanceof BlockMemoryAttention block
        && block.positions() == Positions.RENUMBERED) {
      return (row, s) -> Math.max(s, naive.keyPosition(row) - block.window());
    }
    if (mechanism instanceof ChunkSelectAttention chunks
        && chunks.positions() == Positions.RENUMBERED) {
      return (row, s) -> closedUp(given, naive, weights, chunks.chunk(), row, s);
    }
    return null;
  }

  /** Without a gap before the first of the queries that choose together. */
  private static int closedUp(
      AttentionCase given, NaiveAttention naive, float[] weights, int rows, int row, int s) {
    int position = row % given.queries();
    int together = Math.min(rows, given.queries());
    int first = position / together * together;
    int start = naive.keyPosition(row) - position + first;
    int place = start;
    for (int other = s; other < start; other++) {
      place -= isRead(given, weights, row - position, first, together, other) ? 1 : 0;
    }
    return s < start ? place : s;
  }

  /** Whether any query of a block reads a key in any head that shares it. */
  private static boolean isRead(
      AttentionCase given, float[] weights, int row, int first, int together, int s) {
    int group = given.heads() / given.keyValueHeads();
    int head = row / given.queries();
    for (int h = head / group * group; h < head / group * group + group; h++) {
      for (int t = first; t < Math.min(given.queries(), first + together); t++) {
        if (weights[(h * given.queries() + t) * given.keys() + s] > 0) {
          return true;
        }
      }
    }
    return false;
  }
}
