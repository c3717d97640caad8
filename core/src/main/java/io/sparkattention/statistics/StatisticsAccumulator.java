package io.sparkattention.statistics;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The statistics of a document while its pieces come in. Merging is associative and commutative up
 * to rounding: a head's number is the mean of its pieces' numbers, each weighted by its tokens (for
 * means over queries that is the mean over all queries of all pieces), and a token that several
 * pieces hold gets the mean over them. Plain Java; not for several threads at once.
 */
public final class StatisticsAccumulator implements Serializable {

  private final StatisticsPlan plan;
  private final SortedMap<HeadPlace, WeightedMean[]> heads = new TreeMap<>();
  private final TokenMeans tokens;
  private final WeightedMean[] documents;
  private final PairMeans pairs;

  /** An accumulator that has seen nothing. */
  public StatisticsAccumulator(StatisticsPlan plan) {
    this.plan = plan;
    this.tokens = new TokenMeans(plan.statistics().size());
    this.documents = new WeightedMean[plan.statistics().size()];
    Arrays.fill(documents, WeightedMean.NONE);
    this.pairs = new PairMeans(plan.statistics().size());
  }

  /** Takes in what one head of a layer attended to; tokens keep their positions. */
  void add(int layer, ObservedHead head, StatisticsPass pass) {
    WeightedMean[] means = means(new HeadPlace(layer, head.head()));
    for (int i : pass.of(HeadStatistic.class)) {
      HeadStatistic statistic = (HeadStatistic) plan.statistics().get(i);
      double[] values = statistic.tokens(head);
      means[i] = means[i].merge(statistic.head(values));
      tokens.add(i, values);
    }
  }

  /** Takes in what the last query of one head attended to, as a text of that token alone. */
  void addLast(int layer, ObservedHead head, StatisticsPass pass) {
    WeightedMean[] means = means(new HeadPlace(layer, head.head()));
    for (int i : pass.of(HeadStatistic.class)) {
      HeadStatistic statistic = (HeadStatistic) plan.statistics().get(i);
      double[] values = statistic.tokens(head);
      double[] last = Arrays.copyOfRange(values, values.length - 1, values.length);
      means[i] = means[i].merge(statistic.head(last));
      tokens.add(i, last);
    }
  }

  /** Makes room for what heads of a layer will be taken in with. */
  void expect(int layer, List<ObservedHead> observed) {
    for (ObservedHead head : observed) {
      means(new HeadPlace(layer, head.head()));
      tokens.reach(Math.max(head.queries(), head.keys()));
    }
  }

  /**
   * Takes in what the expected heads of a layer attended to, for one statistic; different
   * statistics by several threads at once.
   */
  void add(int layer, Stream<ObservedHead> observed, int index) {
    HeadStatistic statistic = (HeadStatistic) plan.statistics().get(index);
    List<HeadNumbers> found = observed.map(head -> HeadNumbers.of(statistic, head)).toList();
    for (HeadNumbers head : found) { // in their order, whoever computed them
      WeightedMean[] means = heads.get(new HeadPlace(layer, head.head()));
      means[index] = means[index].merge(head.mean());
      tokens.add(index, head.tokens());
    }
  }

  /** What a statistic says of a head. */
  private record HeadNumbers(int head, double[] tokens, WeightedMean mean) {

    static HeadNumbers of(HeadStatistic statistic, ObservedHead head) {
      double[] tokens = statistic.tokens(head);
      return new HeadNumbers(head.head(), tokens, statistic.head(tokens));
    }
  }

  /**
   * Takes in what a statistic found in a sequence.
   *
   * @param index which statistic of the plan
   * @param length tokens of the sequence, by which pieces of a document are weighted
   */
  void add(int index, Findings findings, int length) {
    double weight = Math.max(1, length);
    documents[index] = documents[index].merge(WeightedMean.weighted(findings.document(), weight));
    for (int l = 0; l < findings.heads().length; l++) {
      for (int h = 0; h < findings.heads()[l].length; h++) {
        WeightedMean[] means = means(new HeadPlace(l, h));
        means[index] = means[index].merge(WeightedMean.weighted(findings.heads()[l][h], weight));
      }
    }
    tokens.add(index, findings.tokens());
    pairs.add(index, findings.pairs(), weight);
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
    Arrays.setAll(documents, i -> documents[i].merge(other.documents[i]));
    pairs.merge(other.pairs);
    return this;
  }

  /** The statistics of what was taken in so far. */
  public DocumentStatistics statistics() {
    float[] values = new float[plan.statistics().size()];
    for (int i = 0; i < values.length; i++) {
      int index = i;
      double[] numbers = heads.values().stream().mapToDouble(m -> m[index].value()).toArray();
      values[i] =
          (float)
              (documents[i].weight() > 0
                  ? documents[i].value()
                  : plan.statistics().get(i).document(numbers));
    }
    List<DocumentStatistics.Head> headNumbers = new ArrayList<>();
    heads.forEach(
        (place, means) -> {
          float[] numbers = new float[means.length];
          IntStream.range(0, means.length).forEach(i -> numbers[i] = (float) means[i].value());
          headNumbers.add(new DocumentStatistics.Head(place.layer(), place.head(), numbers));
        });
    return new DocumentStatistics(
        values, List.copyOf(headNumbers), tokens.tokens(), pairs.pairs(headsOfALayer()));
  }

  private int headsOfALayer() {
    return heads.keySet().stream().mapToInt(HeadPlace::head).max().orElse(-1) + 1;
  }

  private WeightedMean[] means(HeadPlace place) {
    return heads.computeIfAbsent(
        place,
        p -> {
          WeightedMean[] none = new WeightedMean[plan.statistics().size()];
          Arrays.fill(none, WeightedMean.NONE);
          return none;
        });
  }
}
