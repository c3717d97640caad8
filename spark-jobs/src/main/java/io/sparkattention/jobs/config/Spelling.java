package io.sparkattention.jobs.config;

import java.util.Collection;
import java.util.Comparator;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds what was meant by a word that does not exist. */
public final class Spelling {

  private Spelling() {}

  /** The known word that takes the fewest letters to change; of equal ones the first. */
  public static String nearest(String word, Collection<String> known) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return known.stream()
        .min(Comparator.comparing(each -> distance.apply(each, word)))
        .orElseThrow();
  }
}
