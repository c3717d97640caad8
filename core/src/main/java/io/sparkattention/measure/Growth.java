package io.sparkattention.measure;

import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** By which power of the length something grows. */
public final class Growth {

  private static final int DOUBLINGS = 4;

  private Growth() {}

  /**
   * The slope of the logarithm of what grows over that of the length, by least squares over the
   * last four doublings.
   *
   * @param byLength what was measured, by length
   * @return NaN with fewer than two lengths
   */
  public static double exponent(Map<Integer, Double> byLength) {
    if (byLength.isEmpty()) {
      return Double.NaN;
    }
    NavigableMap<Integer, Double> sorted = new TreeMap<>(byLength);
    sorted = sorted.tailMap(sorted.lastKey() >> DOUBLINGS, true);
    double n = sorted.size();
    double x = sorted.keySet().stream().mapToDouble(Math::log).sum() / n;
    double y = sorted.values().stream().mapToDouble(Math::log).sum() / n;
    double both = 0;
    double squares = 0;
    for (var entry : sorted.entrySet()) {
      double dx = Math.log(entry.getKey()) - x;
      both += dx * (Math.log(entry.getValue()) - y);
      squares += dx * dx;
    }
    return squares == 0 ? Double.NaN : both / squares;
  }
}
