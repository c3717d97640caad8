package io.sparkattention.attention;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What can be said of a mechanism that hands each call to one of several others.
 *
 * @param parts by where they serve, such as {@code layers 0-3}
 */
record Composition(Map<String, Attention> parts) {

  boolean readsGlobals() {
    return all().stream().anyMatch(Attention::readsGlobals);
  }

  boolean readsSource() {
    return all().stream().anyMatch(Attention::readsSource);
  }

  boolean countsTokens() {
    return all().stream().anyMatch(Attention::countsTokens);
  }

  boolean exact() {
    return all().stream().allMatch(Attention::exact);
  }

  /** What the rows of all parts are at least. */
  Weighting weighting() {
    return all().stream().map(Attention::weighting).max(Comparator.naturalOrder()).orElseThrow();
  }

  /** Every reason of any part, with where it serves. */
  List<String> unsupportedReasons(AttentionShape shape) {
    Set<String> reasons = new LinkedHashSet<>();
    parts.forEach(
        (where, part) ->
            part.unsupportedReasons(shape).forEach(reason -> reasons.add(where + ": " + reason)));
    return List.copyOf(reasons);
  }

  private Collection<Attention> all() {
    return parts.values();
  }
}
