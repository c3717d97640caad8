package io.sparkattention.statistics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The statistics of a document while its pieces come in. Merging is associative and commutative up
 * to rounding: a head's number is the mean of its pieces' numbers, each weighted by its tokens (for
 * means over queries that is the mean over all queries of all pieces), and a token that several
 * pieces hold gets the mean over them. Plain Java; not for several threads at once.
 */
public final class StatisticsAccumulator implements Serializable {

  private record Place(int layer, int head) implements Comparable<Place>, Serializable {
    @Override
    public int compareTo(Place other) {
      int order = Integer.compare(layer, other.layer);
      return order != 0 ? order : Integer.compare(head, other.head);
    }
  }

  private final StatisticsPlan plan;
  private final SortedMap<Place, WeightedMean[]> heads = new TreeMap<>();
  private final TokenMeans tokens;

  /** An accumulator that has seen nothing. */
  public StatisticsAccumulator(StatisticsPlan plan) {
    this.plan = plan;
    this.tokens = new TokenMeans(plan.statistics().size());
  }

  /** Takes in what one head of a layer attended to; tokens keep their positions. */
  void add(int layer, ObservedHead head) {
    WeightedMean[] means = means(new Place(layer, head.head()));
    for (int i = 0; i < means.length; i++) {
      AttentionStatistic statistic = plan.statistics().get(i);
      double[] values = statistic.tokens(head);
      means[i] = means[i].merge(statistic.head(values));
      tokens.add(i, values);
    }
  }

  /**
   * Takes in what another has seen, tokens at the same positions.
   *
   * @return this
   */
  public StatisticsAccumulator merge(StatisticsAccumulator other) {
    return merge(other, IntUnaryOperator.identity());
  }

  /**
   * Takes in one piece of a document.
   *
   * @param positions for each token of the piece its position in the document, or a negative number
   *     for a token that is not of the document, such as a special token: it counts for the heads,
   *     and is left out of the tokens
   * @return this
   * @throws IllegalArgumentException if the piece has more tokens than {@code positions} says
   */
  public StatisticsAccumulator merge(StatisticsAccumulator piece, int[] positions) {
    if (piece.tokens.length() > positions.length) {
      throw new IllegalArgumentException(
          "a piece of "
              + piece.tokens.length()
              + " tokens and positions for "
              + positions.length
              + ": give one position per token");
    }
    return merge(piece, token -> positions[token]);
  }

  private StatisticsAccumulator merge(StatisticsAccumulator other, IntUnaryOperator position) {
    if (!plan.equals(other.plan)) {
      throw new IllegalArgumentException(
          "statistics " + other.plan.names() + " do not merge with " + plan.names());
    }
    other.heads.forEach(
        (place, means) -> {
          WeightedMean[] own = means(place);
          Arrays.setAll(own, i -> own[i].merge(means[i]));
        });
    tokens.merge(other.tokens, position);
    return this;
  }

  /** The statistics of what was taken in so far. */
  public DocumentStatistics statistics() {
    float[] values = new float[plan.statistics().size()];
    for (int i = 0; i < values.length; i++) {
      int index = i;
      double[] numbers = heads.values().stream().mapToDouble(m -> m[index].value()).toArray();
      values[i] = (float) plan.statistics().get(i).document(numbers);
    }
    List<DocumentStatistics.Head> headNumbers = new ArrayList<>();
    heads.forEach(
        (place, means) -> {
          float[] numbers = new float[means.length];
          IntStream.range(0, means.length).forEach(i -> numbers[i] = (float) means[i].value());
          headNumbers.add(new DocumentStatistics.Head(place.layer(), place.head(), numbers));
        });
    return new DocumentStatistics(values, List.copyOf(headNumbers), tokens.tokens());
  }

  private WeightedMean[] means(Place place) {
    return heads.computeIfAbsent(
        place,
        p -> {
          WeightedMean[] none = new WeightedMean[plan.statistics().size()];
          Arrays.fill(none, WeightedMean.NONE);
          return none;
        });
  }
}
