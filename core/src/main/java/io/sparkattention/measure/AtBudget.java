package io.sparkattention.measure;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/**
 * How a mechanism is spelled so that a query reads about so many keys: the one place that knows.
 */
public final class AtBudget {

  private static final Map<String, IntFunction<String>> SPECS =
      Map.ofEntries(
          Map.entry("block-sparse", keys -> "block=" + part(keys, 5) + ",random=0"),
          Map.entry("local-sparse-global", keys -> "globals=1,block=" + Math.max(4, keys / 20 * 4)),
          Map.entry("sink-window", keys -> "sinks=4,window=" + Math.max(1, keys - 4)),
          Map.entry("window-global", keys -> "globals=1,window=" + Math.max(1, keys - 1)));

  private AtBudget() {}

  /**
   * The spec at a budget; empty for mechanisms that have none.
   *
   * @param keys how many keys a query may read
   */
  public static Optional<String> spec(String mechanism, int keys) {
    return Optional.ofNullable(SPECS.get(mechanism))
        .map(options -> mechanism + ":" + options.apply(keys));
  }

  /** The mechanisms that have a budget. */
  public static Set<String> mechanisms() {
    return new TreeSet<>(SPECS.keySet());
  }

  private static int part(int keys, int parts) {
    return Math.max(1, keys / parts);
  }
}
