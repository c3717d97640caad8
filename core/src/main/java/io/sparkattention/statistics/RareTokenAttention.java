package io.sparkattention.statistics;

import java.io.Serializable;
import java.util.HashMap;
import java.util.Map;

/**
 * Whether rare tokens receive more attention than frequent ones: the correlation, over all tokens
 * of a corpus, between what a token receives and the negative logarithm of how frequent it is
 * there. Stoehr et al. 2024 (arXiv:2403.19851) find a head that attends to the rarest tokens of a
 * paragraph where a model has memorized it.
 *
 * <p>Frequencies are those of the whole corpus, so they are known only at the end: sums are kept by
 * token and merge, and documents need not be read twice. It does not show that rare tokens decide
 * an output: names and numbers are rare too.
 */
public final class RareTokenAttention implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Map<String, Long> counts = new HashMap<>();
  private final Map<String, Double> sums = new HashMap<>();
  private double squares;

  /**
   * Takes in a document.
   *
   * @param tokens as the text spells them
   * @param received by each, such as {@link ReceivedAttention} says; NaN is left out
   */
  public void add(String[] tokens, double[] received) {
    if (tokens.length != received.length) {
      throw new IllegalArgumentException(
          tokens.length + " tokens and " + received.length + " numbers: give one of each");
    }
    for (int t = 0; t < tokens.length; t++) {
      if (!Double.isNaN(received[t])) {
        add(tokens[t], 1, received[t], received[t] * received[t]);
      }
    }
  }

  /**
   * Takes in all occurrences of a token at once.
   *
   * @param count how many have a number
   * @param sum of their numbers
   * @param sumOfSquares of their numbers
   */
  public void add(String token, long count, double sum, double sumOfSquares) {
    counts.merge(token, count, Long::sum);
    sums.merge(token, sum, Double::sum);
    squares += sumOfSquares;
  }

  /** Takes in what another has seen. */
  public void merge(RareTokenAttention other) {
    other.counts.forEach((token, count) -> counts.merge(token, count, Long::sum));
    other.sums.forEach((token, sum) -> sums.merge(token, sum, Double::sum));
    squares += other.squares;
  }

  /** How many tokens were taken in. */
  public long tokens() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many different ones. */
  public int different() {
    return counts.size();
  }

  /** From −1 (frequent tokens receive more) to 1; NaN where either does not vary. */
  public double correlation() {
    double n = tokens();
    double rarities = 0;
    double rarities2 = 0;
    double received = 0;
    double products = 0;
    for (Map.Entry<String, Long> entry : counts.entrySet()) {
      double rarity = -Math.log(entry.getValue() / n);
      double sum = sums.get(entry.getKey());
      rarities += entry.getValue() * rarity;
      rarities2 += entry.getValue() * rarity * rarity;
      received += sum;
      products += rarity * sum;
    }
    double x = rarities2 - rarities * rarities / n;
    double y = squares - received * received / n;
    return x <= 1e-12 * rarities2 || y <= 1e-12 * squares
        ? Double.NaN
        : Math.max(-1, Math.min(1, (products - rarities * received / n) / Math.sqrt(x * y)));
  }
}
