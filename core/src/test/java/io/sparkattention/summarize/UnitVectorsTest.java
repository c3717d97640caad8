package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class UnitVectorsTest {

  private static final long SEED = 20040709;

  @Test
  void cosinesAreSymmetricWithOnesToThemselves() {
    List<float[]> vectors = vectors(40, 6);
    UnitVectors units = new UnitVectors(vectors);
    for (int i = 0; i < 40; i++) {
      float[] row = units.cosines(i);
      assertThat(row[i]).isEqualTo(1);
      for (int j = 0; j < 40; j++) {
        assertThat(row[j]).isEqualTo(units.cosines(j)[i]);
        if (i != j) {
          assertThat((double) row[j])
              .isCloseTo(cosine(vectors.get(i), vectors.get(j)), within(1e-6));
        }
      }
    }
  }

  @Test
  void cosinesToTheMeanAreThoseOfTheFormula() {
    for (int n : new int[] {1, 2, 7, 600}) {
      List<float[]> vectors = vectors(n, 11);
      float[] mean = new float[11];
      for (float[] vector : vectors) {
        double norm = Math.sqrt(dot(vector, vector));
        for (int d = 0; d < mean.length; d++) {
          mean[d] += (float) (vector[d] / norm / n);
        }
      }
      double[] actual = new UnitVectors(vectors).cosinesToMean();
      for (int i = 0; i < n; i++) {
        assertThat(actual[i])
            .as("seed %d, n %d", SEED, n)
            .isCloseTo(cosine(vectors.get(i), mean), within(1e-5));
      }
    }
  }

  @Test
  void nothingResemblesZeros() {
    UnitVectors vectors = new UnitVectors(List.of(new float[] {1, 0}, new float[] {-1, 0}));
    assertThat(vectors.cosinesToMean()).containsExactly(0, 0);
    assertThat(vectors.cosinesTo(new float[2])).containsExactly(0, 0);
  }

  @Test
  void vectorsWithoutNumbersAreRefused() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new UnitVectors(List.of(new float[] {1, 0}, new float[] {0, bad})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the model's vector of sentence 1 holds NaN or an infinite number");
      assertThatThrownBy(
              () -> new UnitVectors(List.of(new float[] {1, 0})).cosinesTo(new float[] {bad, 0}))
          .hasMessage("the model's vector of the query holds NaN or an infinite number");
    }
  }

  private static List<float[]> vectors(int n, int dimension) {
    Random random = new Random(SEED);
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

  private static double cosine(float[] left, float[] right) {
    return dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));
  }

  private static double dot(float[] left, float[] right) {
    double dot = 0;
    for (int d = 0; d < left.length; d++) {
      dot += (double) left[d] * right[d];
    }
    return dot;
  }
}
