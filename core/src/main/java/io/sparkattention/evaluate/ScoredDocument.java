package io.sparkattention.evaluate;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;

/**
 * A document that a run retrieved for a query.
 *
 * @param documentId names it
 * @param score the higher the better; NaN if the run could not score it
 */
public record ScoredDocument(String documentId, double score) implements Serializable {

  /**
   * The order of trec_eval: higher scores first, and of equal scores the id that is greater as a
   * string of UTF-8 bytes; so a run gains nothing from the order of its file. Documents with a
   * score that is NaN follow all others.
   */
  public static final Comparator<ScoredDocument> ORDER =
      Comparator.comparing((ScoredDocument document) -> Double.isNaN(document.score()))
          .thenComparing((a, b) -> Double.compare(b.score(), a.score()))
          .thenComparing((a, b) -> compareBytes(b.documentId(), a.documentId()));

  public ScoredDocument {
    Objects.requireNonNull(documentId, "documentId");
    score += 0.0; // turns -0.0 into 0.0, which must tie with it
  }

  private static int compareBytes(String a, String b) {
    // code points in order are UTF-8 bytes in order; chars are not, where they are surrogates
    return Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());
  }
}
