package io.sparkattention.model;

import io.sparkattention.model.TextEmbedder.Role;
import java.util.List;

/** Turns texts into one vector per chunk: overlapping pieces that are read apart. */
public interface ChunkEmbedder {

  /**
   * One text's vectors.
   *
   * @param vectors one per chunk, in the order of the text; at least one
   * @param tokens how many tokens were read, special tokens and overlaps included
   * @param truncated whether text was left out
   */
  record ChunkVectors(List<float[]> vectors, int tokens, boolean truncated) {

    public ChunkVectors {
      vectors = List.copyOf(vectors);
    }
  }

  /**
   * One head of one layer.
   *
   * @param layer counted from 1
   * @param head counted from 1
   */
  record Head(int layer, int head) {}

  /**
   * Embeds the chunks of texts, in any number and of any length; the result does not depend on
   * which texts are embedded together. A chunk's vector is that of a text of its own.
   *
   * @param maxTokens the longest chunk, special tokens included; 0 for what the model reads at once
   * @return one result per text, in the order of the texts
   * @throws IllegalArgumentException if chunks so short have no room for text
   * @throws ArithmeticException if the model gives a vector that is not finite
   */
  List<ChunkVectors> embedChunks(List<String> texts, Role role, int maxTokens);

  /**
   * As {@link #embedChunks(List, Role, int)}, where a chunk's vector is the sum of the last layer's
   * activations, each weighted by how much its token attends to itself in one head: Ditto (Chen et
   * al., 2023, arXiv:2305.10786). It has length 1.
   *
   * @throws IllegalArgumentException also if the model has no such head, or adds a position bias to
   *     its attention
   */
  List<ChunkVectors> embedChunks(List<String> texts, Role role, int maxTokens, Head head);
}
