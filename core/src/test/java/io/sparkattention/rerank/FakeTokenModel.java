package io.sparkattention.rerank;

import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.model.TokenEmbedder;
import io.sparkattention.model.TokenVectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/**
 * Gives each word a vector and frames a text by two special tokens; keeps in mind what it was
 * given. Equal words get equal vectors. A text with "poison" throws, one with "nan" is refused as
 * models do, one of "..." has no word.
 */
final class FakeTokenModel implements TokenEmbedder {

  static final int DIMENSION = 5;

  final List<List<String>> queries = new ArrayList<>();
  final List<List<String>> passages = new ArrayList<>();

  @Override
  public List<TokenVectors> embed(List<String> texts, Role role) {
    (role == Role.QUERY ? queries : passages).add(List.copyOf(texts));
    return texts.stream().map(FakeTokenModel::embed).toList();
  }

  private static TokenVectors embed(String text) {
    if (text.contains("poison")) {
      throw new IllegalArgumentException("cannot read " + text);
    }
    if (text.contains("nan")) {
      throw new ArithmeticException("the model gave a token a vector that is not finite");
    }
    List<float[]> vectors = new ArrayList<>();
    vectors.add(new float[] {1e6f, 0, 0, 0, 0});
    words(text).forEach(word -> vectors.add(vector(word)));
    vectors.add(new float[] {0, 1e6f, 0, 0, 0});
    float[] values = new float[vectors.size() * DIMENSION];
    for (int i = 0; i < vectors.size(); i++) {
      System.arraycopy(vectors.get(i), 0, values, i * DIMENSION, DIMENSION);
    }
    BitSet special = new BitSet();
    special.set(0);
    special.set(vectors.size() - 1);
    int[] ids = new int[vectors.size()];
    return new TokenVectors(values, DIMENSION, ids, special, ids.length, 1, false);
  }

  static List<String> words(String text) {
    return text.equals("...") ? List.of() : Arrays.asList(text.strip().split("\\s+"));
  }

  /** Not of length 1. */
  static float[] vector(String word) {
    Random random = new Random(word.hashCode());
    float[] vector = new float[DIMENSION];
    for (int d = 0; d < DIMENSION; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  static double cosine(String left, String right) {
    float[] a = vector(left);
    float[] b = vector(right);
    double dot = 0;
    double squares = 0;
    double others = 0;
    for (int d = 0; d < DIMENSION; d++) {
      dot += (double) a[d] * b[d];
      squares += (double) a[d] * a[d];
      others += (double) b[d] * b[d];
    }
    return dot / Math.sqrt(squares * others);
  }

  @Override
  public int dimension() {
    return DIMENSION;
  }
}
