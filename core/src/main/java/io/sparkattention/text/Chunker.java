package io.sparkattention.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Cuts tokens into overlapping chunks that a model can read, each framed by its special tokens.
 *
 * <p>Every token of the text is in at least one chunk. All chunks of a long text are full: the last
 * one begins early rather than being short.
 */
public final class Chunker {

  private final Chunking chunking;
  private final TokenTemplate template;

  /**
   * Makes a chunker for texts of one tokenizer.
   *
   * @throws IllegalArgumentException if a chunk has no room beside special tokens and overlap
   */
  public Chunker(Chunking chunking, TokenTemplate template) {
    this.chunking = chunking;
    this.template = template;
    requireRoom(chunking.length() - template.specialTokenCount(), "its special tokens");
  }

  /**
   * The chunks of a text, in order; one if it fits.
   *
   * @param text the tokens of the whole text; special tokens around them are replaced
   */
  public List<Chunk> chunks(Tokens text) {
    int room = chunking.length() - template.specialTokenCount();
    return cut(text.content(), room, template::frame);
  }

  /**
   * The chunks of the second text of a pair, each paired with the whole first text.
   *
   * @param first the tokens of the text that stays whole, such as a query
   * @param second the tokens of the text that is cut, such as a passage
   * @throws IllegalArgumentException if the second does not fit beside the first, which leaves too
   *     little room to cut it; {@link #roomBeside} tells
   */
  public List<Chunk> chunksOfPair(Tokens first, Tokens second) {
    Tokens whole = first.content();
    Tokens content = second.content();
    int room = roomBeside(whole.length());
    if (content.length() > room) {
      requireRoom(
          room, "the special tokens and the %d of the first text".formatted(whole.length()));
    }
    return cut(content, room, part -> template.framePair(whole, part));
  }

  /** How many tokens of a second text fit into a chunk beside a first text of that many. */
  public int roomBeside(int firstLength) {
    return chunking.length() - template.pairSpecialTokenCount() - firstLength;
  }

  private List<Chunk> cut(Tokens content, int room, UnaryOperator<Tokens> frame) {
    int length = content.length();
    if (length <= room) {
      return List.of(new Chunk(frame.apply(content), 0, length, Math.max(1, length)));
    }
    List<Integer> starts = new ArrayList<>();
    int stride = room - chunking.overlap();
    for (int start = 0; start + room < length; start += stride) {
      starts.add(start);
    }
    starts.add(length - room);
    int[] holders = new int[length]; // how many chunks hold each token
    for (int start : starts) {
      for (int i = start; i < start + room; i++) {
        holders[i]++;
      }
    }
    List<Chunk> chunks = new ArrayList<>(starts.size());
    for (int start : starts) {
      double weight = 0;
      for (int i = start; i < start + room; i++) {
        weight += 1.0 / holders[i];
      }
      Tokens part = frame.apply(content.slice(start, start + room));
      chunks.add(new Chunk(part, start, start + room, weight));
    }
    return chunks;
  }

  private void requireRoom(int room, String beside) {
    if (room <= chunking.overlap()) {
      throw new IllegalArgumentException(
          String.format(
              "sequences of %d tokens are too short: beside %s they leave room for %d, and each"
                  + " shares %d with the next; use at least %d tokens",
              chunking.length(),
              beside,
              Math.max(0, room),
              chunking.overlap(),
              chunking.length() - room + chunking.overlap() + 1));
    }
  }
}
