package io.sparkattention.text;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Where a long text may be cut so that its pieces have the same tokens as the whole.
 *
 * <p>Which white space is safe to cut at, and whether it belongs to the piece behind it or to none,
 * differs between tokenizers. So each way is tried on a probe text once; a tokenizer that no way
 * suits is never given pieces.
 */
final class TextPieces {

  /** Pieces have about this many UTF-16 units, if the text has white space to cut at. */
  static final int PIECE = 1 << 15;

  private static final String PROBE =
      "The first words, then 12 more" + "%1$sWords of 3" + "%1$slines.";

  /** A cut at a white-space character, which goes to the piece behind it or is dropped. */
  private record Cut(char at, int dropped) {}

  /** The half-open range of UTF-16 units of a piece. */
  record Piece(int from, int to) {}

  private final List<Cut> cuts = new ArrayList<>();

  /** Tries every way to cut on the given function from a text to its ids. */
  TextPieces(Function<String, List<Integer>> ids) {
    for (char space : new char[] {'\n', ' '}) {
      String probe = PROBE.formatted(space);
      for (int dropped : new int[] {0, 1}) {
        if (joinedIds(probe, new Cut(space, dropped), ids).equals(ids.apply(probe))) {
          cuts.add(new Cut(space, dropped));
          break;
        }
      }
    }
  }

  /** Cuts the text in order; together the pieces hold all of it but dropped white space. */
  List<Piece> cut(String text) {
    List<Piece> pieces = new ArrayList<>();
    int from = 0;
    while (text.length() - from > PIECE) {
      int[] next = nextCut(text, from);
      if (next == null) {
        break;
      }
      pieces.add(new Piece(from, next[0]));
      from = next[1];
    }
    pieces.add(new Piece(from, text.length()));
    return pieces;
  }

  /** The end of the piece and the start of the next: the last cut in the piece, or the first. */
  private int[] nextCut(String text, int from) {
    for (Cut cut : cuts) {
      for (int i = from + PIECE; i > from + PIECE / 2; i--) {
        if (isSafe(text, i, cut)) {
          return new int[] {i, i + cut.dropped};
        }
      }
    }
    for (int i = from + PIECE; i < text.length(); i++) {
      for (Cut cut : cuts) {
        if (isSafe(text, i, cut)) {
          return new int[] {i, i + cut.dropped};
        }
      }
    }
    return null;
  }

  /** A lone white space with plain characters on both sides, so no pattern reaches across it. */
  private static boolean isSafe(String text, int index, Cut cut) {
    return text.charAt(index) == cut.at
        && index > 0
        && index + 1 < text.length()
        && isPlain(text.charAt(index - 1))
        && Character.isLetterOrDigit(text.charAt(index + 1));
  }

  private static boolean isPlain(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == ',';
  }

  private static List<Integer> joinedIds(
      String probe, Cut cut, Function<String, List<Integer>> ids) {
    List<Integer> joined = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < probe.length(); i++) {
      if (isSafe(probe, i, cut)) {
        joined.addAll(ids.apply(probe.substring(from, i)));
        from = i + cut.dropped;
      }
    }
    joined.addAll(ids.apply(probe.substring(from)));
    return joined;
  }
}
