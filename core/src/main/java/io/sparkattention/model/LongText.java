package io.sparkattention.model;

import io.sparkattention.text.Chunk;
import io.sparkattention.text.Chunker;
import io.sparkattention.text.Chunking;
import io.sparkattention.text.TokenTemplate;
import io.sparkattention.text.Tokens;
import java.util.List;

/** How a text longer than the model is read: in overlapping chunks framed by special tokens. */
final class LongText {

  /** Neighbouring chunks share a sixteenth of their tokens. */
  private static final int OVERLAP_SHARE = 16;

  private final Chunker chunker;
  private final int longestQuery;

  /**
   * The chunks of a query and a passage.
   *
   * @param truncated whether the query was cut because it left too little room for the passage
   */
  record PairChunks(List<Chunk> chunks, boolean truncated) {}

  /**
   * @param template how special tokens stand around a text
   * @param maxTokens the longest sequence, special tokens included
   */
  LongText(TokenTemplate template, int maxTokens) {
    int overlap = maxTokens / OVERLAP_SHARE;
    chunker = new Chunker(new Chunking(maxTokens, overlap), template);
    longestQuery = Math.max(1, chunker.roomBeside(0) / 2 - overlap);
  }

  /** The chunks of a text; one if it fits. */
  List<Chunk> chunks(Tokens text) {
    return chunker.chunks(text);
  }

  /** The chunks of a passage, each behind the query, which is cut where it is longer than half. */
  PairChunks pairChunks(Tokens query, Tokens passage) {
    boolean fits = query.length() + passage.length() <= chunker.roomBeside(0);
    boolean cut = !fits && query.length() > longestQuery;
    Tokens first = cut ? query.slice(0, longestQuery) : query;
    return new PairChunks(chunker.chunksOfPair(first, passage), cut);
  }

  /** The sequences of chunks. */
  static List<Tokens> sequences(List<Chunk> chunks) {
    return chunks.stream().map(Chunk::tokens).toList();
  }

  /** How many tokens are read, special tokens and overlaps included. */
  static int tokens(List<Chunk> chunks) {
    return chunks.stream().mapToInt(chunk -> chunk.tokens().length()).sum();
  }
}
