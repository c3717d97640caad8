package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.attention.Direction;
import io.sparkattention.statistics.matrix.Topics;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is known of a corpus: rare tokens, topics, two runs, two mechanisms. */
class CorpusStatisticsTest {

  private static double correlation(double[] x, double[] y) {
    double mx = Arrays.stream(x).average().orElseThrow();
    double my = Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) * (x[i] - mx);
      yy += (y[i] - my) * (y[i] - my);
    }
    return xy / Math.sqrt(xx * yy);
  }

  @Test
  void rareTokensCorrelateAsOverAllTokensAtOnce() {
    Random random = new Random(8);
    int n = 600;
    String[] tokens = random.ints(n, 0, 20).mapToObj(i -> "t" + i * i / 20).toArray(String[]::new);
    double[] received = random.doubles(n, 0, 3).toArray();
    double[] rarity = new double[n];
    for (int t = 0; t < n; t++) {
      rarity[t] = -Math.log(Arrays.stream(tokens).filter(tokens[t]::equals).count() / (double) n);
      received[t] += rarity[t] / 4;
    }
    RareTokenAttention whole = new RareTokenAttention();
    whole.add(tokens, received);
    RareTokenAttention some = new RareTokenAttention();
    for (int from = 0; from < n; from += 70) {
      int to = Math.min(n, from + 70);
      RareTokenAttention part = new RareTokenAttention();
      part.add(Arrays.copyOfRange(tokens, from, to), Arrays.copyOfRange(received, from, to));
      some.merge(part);
    }
    assertThat(whole.correlation()).isCloseTo(correlation(rarity, received), within(1e-9));
    assertThat(some.correlation()).isCloseTo(whole.correlation(), within(1e-9));
    assertThat(some.tokens()).isEqualTo(n);
    assertThat(some.different()).isEqualTo((int) Arrays.stream(tokens).distinct().count());
  }

  @Test
  void plantedRarityIsFound() {
    RareTokenAttention rare = new RareTokenAttention();
    RareTokenAttention frequent = new RareTokenAttention();
    RareTokenAttention constant = new RareTokenAttention();
    String[] tokens = {"a", "a", "a", "a", "b", "b", "c"};
    Map<String, Double> of = Map.of("a", 4 / 7.0, "b", 2 / 7.0, "c", 1 / 7.0);
    double[] received =
        Arrays.stream(tokens).mapToDouble(token -> -Math.log(of.get(token))).toArray();
    rare.add(tokens, received);
    frequent.add(tokens, Arrays.stream(received).map(x -> -2 * x).toArray());
    constant.add(tokens, new double[] {1, 1, 1, 1, 1, 1, 1});
    assertThat(rare.correlation()).isCloseTo(1, within(1e-9));
    assertThat(frequent.correlation()).isCloseTo(-1, within(1e-9));
    assertThat(constant.correlation()).isNaN();
    assertThat(new RareTokenAttention().correlation()).isNaN();
    rare.add(new String[] {"d"}, new double[] {Double.NaN});
    assertThat(rare.tokens()).isEqualTo(7);
    assertThatIllegalArgumentException().isThrownBy(() -> rare.add(tokens, new double[2]));
  }

  @Test
  void plantedTopicsAreFound() {
    Random random = new Random(2);
    float[][] vectors = new float[30][16];
    for (int i = 0; i < 30; i++) {
      for (int d = 0; d < 16; d++) {
        vectors[i][d] = (float) random.nextGaussian() * 0.2f + (d == i % 3 ? 2 : 0);
      }
    }
    int[] topics = Topics.of(vectors, 3);
    for (int i = 0; i < 30; i++) {
      assertThat(topics[i]).isEqualTo(topics[i % 3]);
    }
    assertThat(Arrays.stream(topics).distinct().count()).isEqualTo(3);
    assertThat(Topics.of(vectors, 1)).containsOnly(0);
    assertThat(Topics.of(Arrays.copyOf(vectors, 2), 5)).containsExactly(0, 1);
    assertThat(Topics.of(new float[0][], 3)).isEmpty();
  }

  @Test
  void headThatKeepsToItsTopicHasAGap() {
    int n = 12;
    int[] topicOf = new int[n];
    int[] ids = new int[n];
    for (int t = 0; t < n; t++) {
      topicOf[t] = t % 2;
      ids[t] = t;
    }
    double[][] own = new double[n][n]; // alike to all of its topic, itself among them
    for (int t = 0; t < n; t++) {
      for (int s = t % 2; s < n; s += 2) {
        own[t][s] = 2.0 / n;
      }
    }
    TokenCategory[] words = new TokenCategory[n];
    Arrays.fill(words, TokenCategory.CONTENT);
    SequenceTokens tokens = new SequenceTokens(ids, words, new int[n], new boolean[n]);
    double[][] uniform = WeightMaps.uniform(n, Direction.BIDIRECTIONAL);
    MatrixLayers layers =
        new MatrixLayers(new double[][][][] {{own, uniform}}, tokens, new RowSample(0, 0));
    assertThat(TopicGap.gaps(layers, topicOf)[0])
        .containsExactly(new double[] {2, 0}, within(1e-6));
    double[][] causal = WeightMaps.uniform(n, Direction.CAUSAL);
    MatrixLayers before =
        new MatrixLayers(new double[][][][] {{causal}}, tokens, new RowSample(0, 0));
    assertThat(TopicGap.gaps(before, topicOf)[0][0]).isCloseTo(0, within(1e-6));
    int[] one = new int[n];
    assertThat(TopicGap.gaps(layers, one)[0]).containsOnly(Double.NaN); // nothing to compare with
  }

  @Test
  void mechanismIsAsFarFromDenseAsItsRows() {
    MatrixLayers base = MatrixLayers.random(1, 1, 9, Direction.BIDIRECTIONAL, new Random(1));
    double[][] dense = new double[9][9];
    double[][] nearest = new double[9][9];
    double expected = 0;
    for (int t = 0; t < 9; t++) {
      double sum = 0;
      int best = 0;
      for (int s = 0; s < 9; s++) {
        double score = 0;
        for (int d = 0; d < MatrixLayers.WIDTH; d++) {
          score += base.queries(0, 0)[t][d] * base.keys(0, 0)[s][d];
        }
        dense[t][s] = Math.exp(score / Math.sqrt(MatrixLayers.WIDTH));
        sum += dense[t][s];
      }
      for (int s = 0; s < 9; s++) {
        dense[t][s] /= sum;
        best = dense[t][s] > dense[t][best] ? s : best;
      }
      nearest[t][best] = 1;
      for (int s = 0; s < 9; s++) {
        double middle = (dense[t][s] + nearest[t][s]) / 2;
        expected += dense[t][s] * Math.log(dense[t][s] / middle) / 18;
        expected += nearest[t][s] == 0 ? 0 : Math.log(1 / middle) / 18;
      }
    }
    MechanismDivergence statistic = new MechanismDivergence();
    assertThat(statistic.findings(new MatrixLayers(new double[][][][] {{dense}})).heads()[0][0])
        .isCloseTo(0, within(1e-9));
    assertThat(statistic.findings(new MatrixLayers(new double[][][][] {{nearest}})).heads()[0][0])
        .isCloseTo(expected, within(1e-5));
  }
}
