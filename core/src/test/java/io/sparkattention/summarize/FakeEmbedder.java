package io.sparkattention.summarize;

import io.sparkattention.model.TextEmbedder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Gives each text a vector of its own, by its words: texts with equal words get equal directions.
 * One that contains "#throws" throws, one with "#nan" gets NaN, one with "#truncated" is truncated.
 */
final class FakeEmbedder implements TextEmbedder {

  final List<Integer> batches = new ArrayList<>();
  final List<Role> roles = new ArrayList<>();

  @Override
  public List<Embedding> embed(List<String> texts, Role role) {
    batches.add(texts.size());
    roles.add(role);
    return texts.stream().map(this::embed).toList();
  }

  private Embedding embed(String text) {
    if (text.contains("#throws")) {
      throw new IllegalArgumentException("cannot read this");
    }
    float[] vector = new float[dimension()];
    String[] words = text.toLowerCase(Locale.ROOT).split("\\W+");
    for (String word : words) {
      Random random = new Random(word.hashCode());
      for (int d = 0; d < vector.length; d++) {
        vector[d] += (float) random.nextGaussian();
      }
    }
    if (text.contains("#nan")) {
      vector[3] = Float.NaN;
    }
    return new Embedding(vector, words.length + 2, 1, text.contains("#truncated"));
  }

  @Override
  public int dimension() {
    return 30; // no multiple of 4
  }
}
