package io.sparkattention.registry;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what was meant by a word that does not exist. */
public final class Spelling {

  private Spelling() {}

  /** The known word that takes the fewest letters to change; of equal ones the first. */
  public static Optional<String> nearest(String word, Collection<String> known) {
    return known.stream().min(Comparator.comparing(each -> distance(each, word)));
  }

  /** A question after the nearest word, or nothing where half of its letters would change. */
  public static String hint(String word, Collection<String> known) {
    return nearest(word, known)
        .filter(each -> 2 * distance(each, word) <= Math.max(each.length(), word.length()))
        .map(each -> " (did you mean '" + each + "'?)")
        .orElse("");
  }

  /** How many letters to add, drop or replace (Levenshtein, 1966). */
  static int distance(String a, String b) {
    int[] above = new int[b.length() + 1]; // from the letters of a so far to each start of b
    for (int j = 0; j <= b.length(); j++) {
      above[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, 1 + Math.min(row[j - 1], above[j]));
      }
      above = row;
    }
    return above[b.length()];
  }
}
