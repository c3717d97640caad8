package io.sparkattention.evaluate;

import io.sparkattention.model.TokenVectors;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** Matches every token of a text with the most similar token of another, greedily. */
final class TokenMatching {

  private TokenMatching() {}

  /**
   * The weighted mean of each token's best cosine, from both sides.
   *
   * @param prediction vectors of length 1
   * @param reference vectors of length 1
   * @param weight what a token counts, by its vocabulary id; special tokens count nothing
   */
  static Overlap of(TokenVectors prediction, TokenVectors reference, IntToDoubleFunction weight) {
    if (empty(prediction) || empty(reference)) {
      return Overlap.NONE;
    }
    double[] predicted = new double[prediction.count()]; // best cosine of each token
    double[] referred = new double[reference.count()];
    Arrays.fill(predicted, Double.NEGATIVE_INFINITY);
    Arrays.fill(referred, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < predicted.length; i++) {
      for (int j = 0; j < referred.length; j++) {
        double cosine = product(prediction, i, reference, j);
        predicted[i] = Math.max(predicted[i], cosine);
        referred[j] = Math.max(referred[j], cosine);
      }
    }
    return new Overlap(mean(predicted, prediction, weight), mean(referred, reference, weight));
  }

  private static boolean empty(TokenVectors text) {
    return text.special().cardinality() == text.count();
  }

  private static double product(TokenVectors a, int i, TokenVectors b, int j) {
    double sum = 0;
    int d = a.dimension();
    for (int k = 0; k < d; k++) {
      sum += (double) a.values()[i * d + k] * b.values()[j * d + k];
    }
    return sum;
  }

  private static double mean(double[] cosines, TokenVectors text, IntToDoubleFunction weight) {
    double weighted = 0;
    double weights = 0;
    double plain = 0;
    for (int i = text.special().nextClearBit(0);
        i < cosines.length;
        i = text.special().nextClearBit(i + 1)) {
      double counts = weight.applyAsDouble(text.ids()[i]);
      weighted += counts * cosines[i];
      weights += counts;
      plain += cosines[i];
    }
    int tokens = text.count() - text.special().cardinality();
    return weights > 0 ? weighted / weights : plain / tokens;
  }
}
