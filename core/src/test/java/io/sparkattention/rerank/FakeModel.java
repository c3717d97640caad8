package io.sparkattention.rerank;

import io.sparkattention.model.PairScorer;
import io.sparkattention.model.TextEmbedder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Reads what it is given and keeps it in mind. Equal texts get equal vectors, whatever their role.
 * A text with "poison" throws, one with "nan" gets NaN, one with "endless" is truncated.
 */
final class FakeModel implements TextEmbedder, PairScorer {

  final List<List<String>> queries = new ArrayList<>();
  final List<List<String>> passages = new ArrayList<>();
  final List<List<Pair>> pairs = new ArrayList<>();

  @Override
  public List<Embedding> embed(List<String> texts, Role role) {
    (role == Role.QUERY ? queries : passages).add(List.copyOf(texts));
    return texts.stream().map(this::embed).toList();
  }

  @Override
  public List<Score> score(List<Pair> batch) {
    pairs.add(List.copyOf(batch));
    return batch.stream()
        .map(
            pair -> {
              float[] query = embed(pair.query()).vector();
              Embedding passage = embed(pair.passage());
              float sum = 0;
              for (int d = 0; d < query.length; d++) {
                sum += query[d] * passage.vector()[d];
              }
              return new Score(
                  sum,
                  pair.query().length() + passage.tokens(),
                  passage.chunks(),
                  passage.truncated());
            })
        .toList();
  }

  /** A chunk is what stands between " / "; its representation is a vector, its score the sum. */
  @Override
  public List<ChunkScores> scoreChunks(List<Pair> batch) {
    pairs.add(List.copyOf(batch));
    return batch.stream()
        .map(
            pair -> {
              List<float[]> representations =
                  FakeChunkModel.chunks(pair.passage()).stream()
                      .map(chunk -> embed(pair.query() + "|" + chunk).vector())
                      .toList();
              float[] values = new float[representations.size()];
              for (int i = 0; i < values.length; i++) {
                values[i] = sum(representations.get(i));
              }
              return new ChunkScores(
                  values, representations, pair.query().length() + pair.passage().length(), false);
            })
        .toList();
  }

  @Override
  public List<Float> scoreRepresentations(List<float[]> representations) {
    return representations.stream().map(FakeModel::sum).toList();
  }

  static float sum(float[] vector) {
    float sum = 0;
    for (float x : vector) {
      sum += x;
    }
    if (Float.isNaN(sum)) {
      throw new ArithmeticException("the model gave a score that is not finite");
    }
    return sum;
  }

  private Embedding embed(String text) {
    if (text.contains("poison")) {
      throw new IllegalArgumentException("cannot read " + text);
    }
    Random random = new Random(text.hashCode());
    float[] vector = new float[dimension()];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = text.contains("nan") ? Float.NaN : (float) random.nextGaussian();
    }
    boolean endless = text.contains("endless");
    return new Embedding(vector, text.length(), endless ? 2 : 1, endless);
  }

  @Override
  public int dimension() {
    return 5;
  }
}
