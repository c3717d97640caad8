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
      int end = usualCut(text, from);
      pieces.add(new Piece(from, end));
      from = nextStart(text, end);
    }
    if (from < text.length() || pieces.isEmpty()) {
      pieces.add(new Piece(from, text.length()));
    }
    return pieces;
  }

  /** Where the first piece behind a place ends: at the next safe cut, or with the text. */
  int nextCut(String text, int from) {
    for (int i = from + 1; i < text.length(); i++) {
      if (isSafe(text, i)) {
        return i;
      }
    }
    return text.length();
  }

  /** Where the piece behind a cut starts. */
  int nextStart(String text, int cut) {
    return cut == text.length() ? cut : cut + dropped(text.charAt(cut));
  }

  /** The last safe cut in a piece of the usual length, or the first one behind it. */
  private int usualCut(String text, int from) {
    for (int i = from + PIECE; i > from + PIECE / 2; i--) {
      if (isSafe(text, i)) {
        return i;
      }
    }
    return nextCut(text, from + PIECE - 1);
  }

  private boolean isSafe(String text, int index) {
    return dropped(text.charAt(index)) >= 0 && stands(text, index);
  }

  /** How much of the white space is dropped, or -1 where it is not to be cut at. */
  private int dropped(char at) {
    for (Cut cut : cuts) {
      if (cut.at == at) {
        return cut.dropped;
      }
    }
    return -1;
  }

  /** A lone white space with plain characters on both sides, so no pattern reaches across it. */
  private static boolean stands(String text, int index) {
    return index > 0
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
      if (probe.charAt(i) == cut.at && stands(probe, i)) {
        joined.addAll(ids.apply(probe.substring(from, i)));
        from = i + cut.dropped;
      }
    }
    joined.addAll(ids.apply(probe.substring(from)));
    return joined;
  }
}
