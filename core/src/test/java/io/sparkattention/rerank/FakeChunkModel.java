package io.sparkattention.rerank;

import io.sparkattention.model.ChunkEmbedder;
import io.sparkattention.model.TextEmbedder.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts texts at " / " and gives each chunk the vector of a word; keeps in mind what it was given. A
 * text with "poison" throws, a chunk of "nan" gets NaN.
 */
final class FakeChunkModel implements ChunkEmbedder {

  final List<List<String>> read = new ArrayList<>();
  final List<String> requests = new ArrayList<>();

  @Override
  public List<ChunkVectors> embedChunks(List<String> texts, Role role, int maxTokens) {
    return embed(texts, role + " " + maxTokens);
  }

  @Override
  public List<ChunkVectors> embedChunks(List<String> texts, Role role, int maxTokens, Head head) {
    return embed(texts, role + " " + maxTokens + " " + head);
  }

  private List<ChunkVectors> embed(List<String> texts, String request) {
    read.add(List.copyOf(texts));
    requests.add(request);
    return texts.stream()
        .map(
            text -> {
              if (text.contains("poison")) {
                throw new IllegalArgumentException("cannot read " + text);
              }
              return new ChunkVectors(
                  chunks(text).stream().map(FakeChunkModel::vector).toList(), text.length(), false);
            })
        .toList();
  }

  static List<String> chunks(String text) {
    return Arrays.asList(text.split(" / "));
  }

  static float[] vector(String chunk) {
    float[] vector = FakeTokenModel.vector(chunk);
    if (chunk.equals("nan")) {
      Arrays.fill(vector, Float.NaN);
    }
    return vector;
  }
}
