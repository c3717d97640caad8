package io.sparkattention.model;

import io.sparkattention.text.Chunk;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.TokenTemplate;
import io.sparkattention.text.Tokens;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Queries and passages as a ColBERT checkpoint reads them: with a marker behind the first special
 * token, and queries filled up with masks. A query longer than that is read whole, where the
 * authors' code cuts it.
 */
final class ColBertReading {

  private final ColBertSettings settings;
  private final int filledTo;
  private final LongText longQuery;
  private final LongText longPassage;

  /**
   * @param maxTokens the longest sequence, special tokens and marker included
   * @param passageTokens the longest piece of a passage
   * @throws IllegalArgumentException if that leaves no room for text
   */
  ColBertReading(
      ColBertSettings settings, TokenTemplate template, int maxTokens, int passageTokens) {
    this.settings = settings;
    filledTo = Math.min(maxTokens, settings.queryLength());
    longQuery = new LongText(template, maxTokens - 1);
    longPassage = new LongText(template, passageTokens - 1);
  }

  /** The chunks of a query; one, filled up, if it fits. */
  List<Chunk> query(Tokens content) {
    List<Chunk> chunks = marked(longQuery.chunks(content), settings.queryMarker());
    return chunks.size() > 1 ? chunks : List.of(filledUp(chunks.get(0)));
  }

  /** The chunks of a passage. */
  List<Chunk> passage(Tokens content) {
    return marked(longPassage.chunks(content), settings.passageMarker());
  }

  /** For each sequence, how many tokens others attend to: all but the masks at its end. */
  int[] attendedTo(TokenBatch batch) {
    int[] lengths = batch.lengths();
    for (int i = 0; i < lengths.length && !settings.masksAreAttendedTo(); i++) {
      while (batch.ids()[batch.offsets()[i] + lengths[i] - 1] == settings.mask()) {
        lengths[i]--;
      }
    }
    return lengths;
  }

  /** The tokens of a passage that are not compared. */
  BitSet skipped(Tokens passage) {
    BitSet skipped = new BitSet(passage.length());
    for (int i = 0; i < passage.length(); i++) {
      skipped.set(i, settings.skipped().contains(passage.ids()[i]));
    }
    return skipped;
  }

  private Chunk filledUp(Chunk chunk) {
    int missing = Math.max(0, filledTo - chunk.tokens().length());
    return insert(chunk, chunk.tokens().length(), settings.mask(), missing);
  }

  private static List<Chunk> marked(List<Chunk> chunks, int marker) {
    return chunks.stream().map(chunk -> insert(chunk, 1, marker, 1)).toList();
  }

  /** The same chunk with special tokens put in. */
  private static Chunk insert(Chunk chunk, int at, int id, int times) {
    Tokens tokens = chunk.tokens();
    Tokens longer =
        new Tokens(
            insert(tokens.ids(), at, id, times),
            insert(tokens.typeIds(), at, 0, times),
            insert(tokens.starts(), at, -1, times),
            insert(tokens.ends(), at, -1, times));
    return new Chunk(longer, chunk.from(), chunk.to(), chunk.weight());
  }

  private static int[] insert(int[] values, int at, int value, int times) {
    int[] longer = Arrays.copyOf(values, values.length + times);
    System.arraycopy(values, at, longer, at + times, values.length - at);
    Arrays.fill(longer, at, at + times, value);
    return longer;
  }
}
