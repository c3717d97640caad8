package io.sparkattention.model;

import io.sparkattention.model.TextEmbedder.Role;
import java.util.List;

/**
 * Turns texts into one vector per token, each read in the context of its text.
 *
 * <p>A ColBERT checkpoint (Khattab and Zaharia, 2020, arXiv:2004.12832) gives vectors of length 1
 * that were trained to be compared: it puts a marker before queries and passages, fills queries up
 * with {@code [MASK]}, leaves out the punctuation of passages, and marks no token as special, since
 * all that remain take part. Any other encoder gives the activations of its last layer, which were
 * not trained for that; its framing tokens, and those of a prompt, are marked.
 */
public interface TokenEmbedder {

  /**
   * Embeds the tokens of texts, in any number and of any length; the result does not depend on
   * which texts are embedded together. All vectors are in memory at once: give a bounded number of
   * texts.
   *
   * <p>A text longer than the model is read in overlapping chunks, and a token that two of them
   * hold has the vector of the one in which it is farther from the edge.
   *
   * @return one result per text, in the order of the texts
   * @throws ArithmeticException if the model gives a vector that is not finite
   */
  List<TokenVectors> embed(List<String> texts, Role role);

  /** Numbers in a token's vector. */
  int dimension();
}
