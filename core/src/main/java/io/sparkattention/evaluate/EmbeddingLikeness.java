package io.sparkattention.evaluate;

import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Role;
import java.util.List;

/** The cosine of the vectors of text and document. */
final class EmbeddingLikeness implements DocumentLikeness {

  private final List<Outcome<float[]>> texts;
  private final List<Outcome<float[]>> documents;

  EmbeddingLikeness(List<String> texts, List<String> documents, TextEmbedder embedder) {
    this.texts = embed(texts, Role.QUERY, embedder);
    this.documents = embed(documents, Role.PASSAGE, embedder);
  }

  @Override
  public double[] of(int text) {
    Outcome<float[]> vector = texts.get(text);
    if (vector.failed()) {
      throw new IllegalArgumentException("the model cannot read the text: " + vector.error());
    }
    return documents.stream()
        .mapToDouble(
            document -> document.failed() ? Double.NaN : cosine(vector.value(), document.value()))
        .toArray();
  }

  private static List<Outcome<float[]>> embed(
      List<String> texts, Role role, TextEmbedder embedder) {
    return Outcome.ofEach(
        texts,
        batch -> embedder.embed(batch, role).stream().map(TextEmbedder.Embedding::vector).toList());
  }

  /** 0 if a vector is all zeros, which is like nothing; NaN if one holds NaN. */
  private static double cosine(float[] a, float[] b) {
    double product = 0;
    double squaresA = 0;
    double squaresB = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      squaresA += (double) a[i] * a[i];
      squaresB += (double) b[i] * b[i];
    }
    double lengths = Math.sqrt(squaresA) * Math.sqrt(squaresB);
    return lengths == 0 ? 0 : product / lengths;
  }
}
