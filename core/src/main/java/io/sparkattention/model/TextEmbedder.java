package io.sparkattention.model;

import java.util.List;

/** Turns texts into vectors. */
public interface TextEmbedder {

  /** What a text is to the model; some models put a prompt before a query or a passage. */
  enum Role {
    /** What is looked for. */
    QUERY,
    /** What is looked in. */
    PASSAGE,
    /** One of many equals. */
    SYMMETRIC
  }

  /**
   * One text's vector.
   *
   * @param vector as many numbers as the model's dimension, normalized where the model says so
   * @param tokens how many tokens were read, special tokens included
   * @param chunks into how many overlapping pieces a text longer than the model was read; 1
   *     otherwise
   * @param truncated whether text was left out
   */
  record Embedding(float[] vector, int tokens, int chunks, boolean truncated) {}

  /**
   * Embeds texts, in any number and of any length; the result does not depend on which texts are
   * embedded together.
   *
   * @return one embedding per text, in the order of the texts
   * @throws ArithmeticException if the model gives a vector that is not finite
   */
  List<Embedding> embed(List<String> texts, Role role);

  /** Numbers in a vector. */
  int dimension();
}
