package io.sparkattention.rerank;

/** How two vectors are compared. */
public enum Similarity {
  /** By the angle between them, from -1 to 1; a vector of zeros has 0 with all. */
  COSINE,
  /** By their dot product. */
  DOT;

  /** The likeness of two vectors of the same length. */
  double of(float[] left, float[] right) {
    double dot = dot(left, right);
    if (this == DOT) {
      return dot;
    }
    double norms = norm(left) * norm(right);
    return norms == 0 ? 0 : dot / norms;
  }

  static double norm(float[] vector) {
    return Math.sqrt(dot(vector, vector));
  }

  private static double dot(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (double) left[i] * right[i];
    }
    return sum;
  }
}
