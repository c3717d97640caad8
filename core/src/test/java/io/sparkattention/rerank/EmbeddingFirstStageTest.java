package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class EmbeddingFirstStageTest {

  private static final ExecutorService POOL = Executors.newFixedThreadPool(1);

  @AfterAll
  static void endThreads() {
    POOL.shutdown();
  }

  @RepeatedTest(20)
  void findsWhatComparingAllWithAllFinds(RepetitionInfo repetition) {
    long seed = 300 + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    Similarity similarity = random.nextBoolean() ? Similarity.COSINE : Similarity.DOT;
    int dimension = 1 + random.nextInt(70);
    List<float[]> queries = new ArrayList<>();
    for (int q = 0; q < random.nextInt(30); q++) {
      queries.add(random.nextInt(10) == 0 ? null : vector(random, dimension));
    }
    List<float[]> passages = new ArrayList<>();
    for (int p = 0; p < random.nextInt(1500); p++) {
      boolean again = p > 0 && random.nextInt(4) == 0; // ties
      passages.add(
          again ? passages.get(random.nextInt(passages.size())) : vector(random, dimension));
    }
    int k = 1 + random.nextInt(50);

    List<List<ScoredPassage>> found = search(similarity, queries, dimension, k, passages, random);

    for (int q = 0; q < queries.size(); q++) {
      float[] query = queries.get(q);
      List<ScoredPassage> expected =
          query == null
              ? List.of()
              : IntStream.range(0, passages.size())
                  .mapToObj(p -> new ScoredPassage(id(p), similarity.of(query, passages.get(p))))
                  .filter(passage -> Double.isFinite(passage.score()))
                  .sorted()
                  .limit(k)
                  .toList();
      assertThat(found.get(q))
          .as("seed %d, %s, %d numbers, k %d", seed, similarity, dimension, k)
          .isEqualTo(expected);
    }
  }

  @Test
  void dimensionsThatDifferAreNamed() {
    assertThatThrownBy(
            () -> new EmbeddingFirstStage(Similarity.DOT, List.of(new float[3]), 4, 1, POOL))
        .hasMessageContaining("a query vector has 3 numbers, but 4 are expected");
    try (EmbeddingFirstStage search =
        new EmbeddingFirstStage(Similarity.DOT, List.of(new float[4]), 4, 1, POOL)) {
      assertThatThrownBy(() -> search.add("p", new float[5]))
          .hasMessageContaining("a passage vector has 5 numbers, but 4 are expected");
    }
  }

  private static List<List<ScoredPassage>> search(
      Similarity similarity,
      List<float[]> queries,
      int dimension,
      int k,
      List<float[]> passages,
      Random random) {
    List<EmbeddingFirstStage> parts = new ArrayList<>();
    for (int part = 0; part < 1 + random.nextInt(3); part++) {
      parts.add(new EmbeddingFirstStage(similarity, queries, dimension, k, POOL));
    }
    for (int p = 0; p < passages.size(); p++) {
      parts.get(random.nextInt(parts.size())).add(id(p), passages.get(p));
    }
    List<List<ScoredPassage>> found =
        IntStream.range(0, queries.size())
            .mapToObj(
                q ->
                    parts.stream()
                        .map(part -> part.result().get(q))
                        .reduce(new TopK(k), TopK::merge)
                        .best())
            .toList();
    parts.forEach(EmbeddingFirstStage::close);
    return found;
  }

  private static String id(int passage) {
    return "p%04d".formatted(passage);
  }

  /** Now and then of zeros, of a few values that make ties, or with a number that is none. */
  private static float[] vector(Random random, int dimension) {
    float[] vector = new float[dimension];
    int kind = random.nextInt(20);
    double scale = Math.pow(10, random.nextInt(5) - 2);
    for (int c = 0; c < dimension; c++) {
      vector[c] =
          switch (kind) {
            case 0 -> 0;
            case 1, 2, 3 -> random.nextInt(3) - 1;
            default -> (float) (scale * random.nextGaussian());
          };
    }
    if (kind == 4) {
      vector[random.nextInt(dimension)] = random.nextBoolean() ? Float.NaN : 1 / 0f;
    }
    return vector;
  }
}
