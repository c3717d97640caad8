package io.sparkattention.tensor;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The embedding layer against plain Java, with and without token types. */
class EmbeddingOperatorsTest {

  @ParameterizedTest
  @MethodSource("io.sparkattention.tensor.RandomLayer#variants")
  void embeddings(LinearProducts products, Precision precision, Activation activation) {
    RandomLayer.onSeveral(
        products,
        precision,
        activation,
        given -> {
          int vocabulary = 11;
          double[] words = given.rounded(given.random.doubles(vocabulary * given.hidden).toArray());
          double[] positions = given.rounded(given.random.doubles(9 * given.hidden).toArray());
          double[] types = given.rounded(given.random.doubles(3 * given.hidden).toArray());
          int[] ids = given.random.ints(given.tokens, 0, vocabulary).toArray();
          int[] at = given.random.ints(given.tokens, 0, 9).toArray();
          int[] type = given.random.ints(given.tokens, 0, 3).toArray();
          List<NDArray> arrays =
              List.of(
                  given.array(words, vocabulary, given.hidden),
                  given.array(positions, 9, given.hidden),
                  given.array(given.w[4], given.hidden),
                  given.array(given.w[5], given.hidden),
                  given.array(types, 3, given.hidden));
          double[] untyped =
              NaiveLayer.plus(rows(words, ids, given.hidden), rows(positions, at, given.hidden));
          NDArray idArray = given.scope.create(ids);
          NDArray atArray = given.scope.create(at);
          LayerOperators operators = given.operators;
          try (EmbeddingWeights without = new EmbeddingWeights(arrays.subList(0, 4));
              EmbeddingWeights with = new EmbeddingWeights(arrays)) {
            given.check(
                operators.embed(given.scope, idArray, atArray, null, without, RandomLayer.EPS),
                NaiveLayer.norm(untyped, given.w[4], given.w[5], RandomLayer.EPS),
                "embed without types");
            NDArray zeros = null;
            given.check(
                operators.embed(given.scope, idArray, atArray, zeros, with, RandomLayer.EPS),
                NaiveLayer.norm(
                    NaiveLayer.plus(untyped, rows(types, new int[ids.length], given.hidden)),
                    given.w[4],
                    given.w[5],
                    RandomLayer.EPS),
                "embed with the first type");
            given.check(
                operators.embed(
                    given.scope, idArray, atArray, given.scope.create(type), with, RandomLayer.EPS),
                NaiveLayer.norm(
                    NaiveLayer.plus(untyped, rows(types, type, given.hidden)),
                    given.w[4],
                    given.w[5],
                    RandomLayer.EPS),
                "embed with types");
          }
        });
  }

  private static double[] rows(double[] table, int[] indices, int columns) {
    double[] rows = new double[indices.length * columns];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(table, indices[i] * columns, rows, i * columns, columns);
    }
    return rows;
  }
}
