package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.summarize.LexRankSummarizer.EdgeWeight;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SentenceGraphTest {

  private static final long SEED = 20040709;

  @Test
  void starHasItsClosedForm() {
    int leaves = 5;
    List<float[]> vectors = new ArrayList<>();
    float[] hub = new float[leaves];
    Arrays.fill(hub, 1);
    vectors.add(hub);
    for (int i = 0; i < leaves; i++) {
      float[] leaf = new float[leaves];
      leaf[i] = 2;
      vectors.add(leaf);
    }
    for (double damping : new double[] {0.01, 0.15, 0.5, 1}) {
      double[] centrality =
          new SentenceGraph(new UnitVectors(vectors), 0, EdgeWeight.UNIT).centrality(damping);
      // h = d / n + (1 - d) (h / degree(hub) + leaves * l / degree(leaf)), h + leaves * l = 1
      double walk = 1 - damping;
      double expected =
          (damping / (leaves + 1) + walk / 2) / (1 + walk * (0.5 - 1.0 / (leaves + 1)));
      assertThat(centrality[0]).isCloseTo(expected, within(1e-8));
      for (int i = 1; i <= leaves; i++) {
        assertThat(centrality[i]).isCloseTo((1 - expected) / leaves, within(1e-8));
      }
    }
  }

  @Test
  void equalsDenseReference() {
    Random random = new Random(SEED);
    for (int n : new int[] {1, 2, 3, 17, 60}) {
      for (EdgeWeight weight : EdgeWeight.values()) {
        for (double threshold : new double[] {0, 0.1, 0.4}) {
          List<float[]> vectors = vectors(random, n, 7);
          double[] expected = reference(vectors, threshold, weight, 0.15);
          double[] actual =
              new SentenceGraph(new UnitVectors(vectors), threshold, weight).centrality(0.15);
          assertThat(actual)
              .as("seed %d, n %d, %s, threshold %s", SEED, n, weight, threshold)
              .containsExactly(expected, within(1e-6));
          assertThat(Arrays.stream(actual).sum()).isCloseTo(1, within(1e-9));
        }
      }
    }
  }

  @Test
  void recomputedEdgesEqualHeldOnes() {
    Random random = new Random(SEED);
    List<float[]> vectors = vectors(random, 1041, 13); // blocks and tiles that are not full
    double[] held =
        new SentenceGraph(new UnitVectors(vectors), 0.2, EdgeWeight.COSINE, 2000).centrality(0.15);
    double[] recomputed =
        new SentenceGraph(new UnitVectors(vectors), 0.2, EdgeWeight.COSINE, 0).centrality(0.15);
    assertThat(recomputed).isEqualTo(held);
  }

  @Test
  void zerosResembleOnlyThemselves() {
    List<float[]> vectors = List.of(new float[] {0, 0}, new float[] {1, 0}, new float[] {1, 0});
    SentenceGraph graph = new SentenceGraph(new UnitVectors(vectors), 0, EdgeWeight.COSINE);
    assertThat(new UnitVectors(vectors).cosines(0)).containsExactly(1, 0, 0);
    assertThat(graph.centrality(0.15))
        .containsExactly(new double[] {1 / 3.0, 1 / 3.0, 1 / 3.0}, within(1e-8));
  }

  private static List<float[]> vectors(Random random, int n, int dimension) {
    List<float[]> vectors = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float[] vector = new float[dimension];
      for (int d = 0; d < dimension; d++) {
        vector[d] = (float) random.nextGaussian() * 3;
      }
      vectors.add(vector);
    }
    return vectors;
  }

  /** The stationary distribution of the dense matrix, by squaring it until it stands still. */
  private static double[] reference(
      List<float[]> vectors, double threshold, EdgeWeight weight, double damping) {
    int n = vectors.size();
    double[][] walk = new double[n][n];
    for (int i = 0; i < n; i++) {
      double degree = 0;
      for (int j = 0; j < n; j++) {
        double cosine = i == j ? 1 : cosine(vectors.get(i), vectors.get(j));
        walk[i][j] = cosine > threshold ? (weight == EdgeWeight.UNIT ? 1 : cosine) : 0;
        degree += walk[i][j];
      }
      for (int j = 0; j < n; j++) {
        walk[i][j] = damping / n + (1 - damping) * walk[i][j] / degree;
      }
    }
    for (int k = 0; k < 12; k++) {
      walk = squared(walk);
    }
    return walk[0];
  }

  private static double[][] squared(double[][] matrix) {
    int n = matrix.length;
    double[][] product = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          product[i][j] += matrix[i][k] * matrix[k][j];
        }
      }
    }
    return product;
  }

  private static double cosine(float[] left, float[] right) {
    double dot = 0;
    double leftSquares = 0;
    double rightSquares = 0;
    for (int d = 0; d < left.length; d++) {
      dot += (double) left[d] * right[d];
      leftSquares += (double) left[d] * left[d];
      rightSquares += (double) right[d] * right[d];
    }
    return dot / Math.sqrt(leftSquares * rightSquares);
  }
}
