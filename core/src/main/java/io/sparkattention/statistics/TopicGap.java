package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.statistics.matrix.Topics;
import io.sparkattention.text.Tokens;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * How much more words attend to words of their own topic than to others. Li, Li and Risteski 2023
 * (arXiv:2303.04245) show that training on topics gives words of one topic both like embeddings and
 * larger weights.
 *
 * <p>Head: the mean weight to words of the query's topic less that to other words, times the keys
 * that the query may read, so that 1 is the weight of an even head; mean over the sampled queries.
 * Topics are groups of the document's words by the direction of their embeddings. A word's own
 * occurrences, special tokens and punctuation do not count, nor do queries that have no word of
 * their topic, or only such words, to read. Document: mean over the heads.
 *
 * @param topics groups of words at most
 */
@Described(
    summary = "How much more words attend to words of their own topic than to others",
    source = "Li, Li and Risteski 2023, arXiv:2303.04245")
public record TopicGap(
    @Default(value = "8", means = "groups that a document's words are put into") int topics)
    implements ExperimentStatistic {

  public TopicGap {
    new OptionCheck().atLeast(2, "topics", topics).done();
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return new ValueScale("of an even weight", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  }

  @Override
  public String caveat() {
    return "Topics are made of embeddings, of which keys and queries are made too: part of the gap"
        + " follows from that alone";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD);
  }

  @Override
  public long passes(int heads, int tokens) {
    return 1;
  }

  @Override
  public Findings findings(ExaminedModel model, Tokens sequence) {
    try (ObservedLayers layers = model.observe(sequence.ids())) {
      int[] topicOf = topics(model.parameters().words(), layers.tokens());
      return Findings.ofHeads(gaps(layers, topicOf));
    }
  }

  /** The topic of each token, -1 for what is no word. */
  private int[] topics(float[][] embeddings, SequenceTokens tokens) {
    int[] words = new int[tokens.length()];
    Arrays.setAll(
        words, t -> tokens.categories()[t] == TokenCategory.CONTENT ? tokens.ids()[t] : -1);
    int[] different = Arrays.stream(words).filter(id -> id >= 0).distinct().sorted().toArray();
    float[][] vectors =
        Arrays.stream(different).mapToObj(id -> embeddings[id]).toArray(float[][]::new);
    int[] groups = Topics.of(vectors, topics);
    int[] topicOf = new int[words.length];
    Arrays.setAll(
        topicOf, t -> words[t] < 0 ? -1 : groups[Arrays.binarySearch(different, words[t])]);
    return topicOf;
  }

  /** [layer][head]. */
  static double[][] gaps(ObservedLayers layers, int[] topicOf) {
    boolean leftToRight = PlantedTexts.readsLeftToRight(layers);
    int[] ids = layers.tokens().ids();
    double[][] gaps = new double[layers.layers()][layers.heads()];
    for (int layer = 0; layer < gaps.length; layer++) {
      WeightedMean[] means = new WeightedMean[layers.heads()];
      Arrays.fill(means, WeightedMean.NONE);
      for (int t : layers.sample()) {
        if (topicOf[t] >= 0) {
          float[][][] weights = layers.weights(layer, t, t + 1);
          int readable = leftToRight ? t + 1 : layers.length();
          for (int head = 0; head < means.length; head++) {
            double gap = gap(weights[head][0], t, readable, topicOf, ids);
            means[head] = means[head].merge(WeightedMean.of(new double[] {gap}));
          }
        }
      }
      for (int head = 0; head < means.length; head++) {
        gaps[layer][head] = means[head].value();
      }
    }
    return gaps;
  }

  private static double gap(float[] row, int t, int readable, int[] topicOf, int[] ids) {
    double same = 0;
    double other = 0;
    int sames = 0;
    int others = 0;
    for (int s = 0; s < readable; s++) {
      if (topicOf[s] >= 0 && ids[s] != ids[t]) {
        boolean own = topicOf[s] == topicOf[t];
        same += own ? row[s] : 0;
        other += own ? 0 : row[s];
        sames += own ? 1 : 0;
        others += own ? 0 : 1;
      }
    }
    return (same / sames - other / others) * readable; // NaN without one or the other
  }
}
