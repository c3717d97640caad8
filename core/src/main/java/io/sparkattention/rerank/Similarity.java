package io.sparkattention.rerank;

/** How two vectors are compared. */
public enum Similarity {
  /** By the angle between them, from -1 to 1; a vector of zeros has 0 with all. */
  COSINE,
  /** By their dot product. */
  DOT;

  /** The likeness of two vectors of the same length. */
  double of(float[] left, float[] right) {
    return this == DOT ? dot(left, right) : of(left, norm(left), right, norm(right));
  }

  /** As {@link #of(float[], float[])}, where their norms are known. */
  double of(float[] left, double leftNorm, float[] right, double rightNorm) {
    double norms = leftNorm * rightNorm;
    return this == DOT ? dot(left, right) : norms == 0 ? 0 : dot(left, right) / norms;
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
