package io.sparkattention.rerank;

import static io.sparkattention.rerank.Queries.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.PairScorer;
import io.sparkattention.model.PairScorer.ChunkScores;
import io.sparkattention.model.PairScorer.Pair;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Strategies that compare chunks, against their definitions spelled out. */
class ChunkRerankersTest {

  private final FakeChunkModel chunks = new FakeChunkModel();
  private final FakeModel pairs = new FakeModel();
  private final RerankContext context = RerankContext.empty().with(chunks).with((PairScorer) pairs);

  private static String words(Random random, int count) {
    return String.join(
        " / ", IntStream.range(0, count).mapToObj(i -> "w" + random.nextInt(60)).toList());
  }

  private double score(String spec, String query, String passage) {
    RankedCandidate candidate =
        Rerankers.REGISTRY
            .parse(spec)
            .rerank(List.of(query("q", query, passage)), context)
            .get(0)
            .candidates()
            .get(0);
    assertThat(candidate.error()).as(spec).isNull();
    assertThat(candidate.chunks()).isEqualTo(FakeChunkModel.chunks(passage).size());
    return candidate.score();
  }

  private static double cosine(double[] a, double[] b) {
    double dot = 0;
    double left = 0;
    double right = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      left += a[i] * a[i];
      right += b[i] * b[i];
    }
    return dot / Math.sqrt(left * right);
  }

  private static double[] doubles(float[] vector) {
    return IntStream.range(0, vector.length).mapToDouble(i -> vector[i]).toArray();
  }

  private static double[][] vectors(String text) {
    return FakeChunkModel.chunks(text).stream()
        .map(chunk -> doubles(FakeChunkModel.vector(chunk)))
        .toArray(double[][]::new);
  }

  private static double[] pool(String by, double[][] vectors, double[] scores) {
    int columns = vectors[0].length;
    double[] pooled = new double[columns];
    double total = Arrays.stream(scores).map(s -> Math.exp(10 * s)).sum();
    for (int k = 0; k < columns; k++) {
      int column = k;
      pooled[k] =
          switch (by) {
            case "avg" -> Arrays.stream(vectors).mapToDouble(v -> v[column]).average().orElse(0);
            case "max" -> Arrays.stream(vectors).mapToDouble(v -> v[column]).max().orElse(0);
            default ->
                IntStream.range(0, vectors.length)
                    .mapToDouble(i -> Math.exp(10 * scores[i]) / total * vectors[i][column])
                    .sum();
          };
    }
    return pooled;
  }

  private static double aggregate(String by, int k, double[] scores) {
    List<Double> best = Arrays.stream(scores).boxed().sorted(Comparator.reverseOrder()).toList();
    return switch (by) {
      case "first" -> scores[0];
      case "max" -> best.get(0);
      case "sum" -> Arrays.stream(scores).sum();
      default -> best.stream().limit(k).mapToDouble(s -> s).average().orElse(0);
    };
  }

  private double[] chunkScores(String query, String passage) {
    ChunkScores read = pairs.scoreChunks(List.of(new Pair(query, passage))).get(0);
    return doubles(read.values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"first", "max", "sum", "k-max"})
  void passageScoresAreAggregated(String by) {
    long seed = 30;
    Random random = new Random(seed);
    for (int trial = 0; trial < 30; trial++) {
      String query = words(random, 1 + random.nextInt(2));
      String passage = words(random, 1 + random.nextInt(9));
      int k = 1 + random.nextInt(4);
      double[] mean = pool("avg", vectors(query), new double[0]);
      double[] cosines =
          Arrays.stream(vectors(passage)).mapToDouble(v -> cosine(mean, v)).toArray();
      String what = "seed " + seed + ", trial " + trial;
      assertThat(score("passage-scores:by=" + by + ",k=" + k, query, passage))
          .as(what)
          .isCloseTo(aggregate(by, k, cosines), within(1e-5));
      String together = "passage-scores:reading=together,by=" + by + ",k=" + k;
      assertThat(score(together, query, passage))
          .as(what)
          .isCloseTo(aggregate(by, k, chunkScores(query, passage)), within(1e-5));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"avg", "max", "attn"})
  void representationsArePooled(String by) {
    long seed = 31;
    Random random = new Random(seed);
    for (int trial = 0; trial < 30; trial++) {
      String query = words(random, 1 + random.nextInt(2));
      String passage = words(random, 1 + random.nextInt(9));
      String what = "seed " + seed + ", trial " + trial;
      double[] mean = pool("avg", vectors(query), new double[0]);
      double[] cosines =
          Arrays.stream(vectors(passage)).mapToDouble(v -> cosine(mean, v)).toArray();
      assertThat(score("parade:by=" + by, query, passage))
          .as(what)
          .isCloseTo(cosine(mean, pool(by, vectors(passage), cosines)), within(1e-5));
      ChunkScores read = pairs.scoreChunks(List.of(new Pair(query, passage))).get(0);
      double[][] representations =
          read.representations().stream().map(ChunkRerankersTest::doubles).toArray(double[][]::new);
      assertThat(score("parade:reading=together,by=" + by, query, passage))
          .as(what)
          .isCloseTo(
              Arrays.stream(pool(by, representations, chunkScores(query, passage))).sum(),
              within(1e-4));
      assertThat(score("hierarchical-siamese:by=" + by, query, passage))
          .as(what)
          .isCloseTo(cosine(pooledByItself(by, query), pooledByItself(by, passage)), within(1e-5))
          .isCloseTo(score("hierarchical-siamese:by=" + by, passage, query), within(1e-12));
    }
  }

  private static double[] pooledByItself(String by, String text) {
    double[] mean = pool("avg", vectors(text), new double[0]);
    return pool(
        by,
        vectors(text),
        Arrays.stream(vectors(text)).mapToDouble(v -> cosine(mean, v)).toArray());
  }

  @Test
  void onePassageOfOneChunkHasTheSameScoreByAllWays() {
    double expected = score("passage-scores", "w1", "w2");
    for (String spec :
        List.of(
            "passage-scores:by=first",
            "passage-scores:by=sum",
            "passage-scores:by=k-max",
            "parade:by=avg",
            "parade:by=max",
            "parade:by=attn",
            "hierarchical-siamese")) {
      assertThat(score(spec, "w1", "w2")).as(spec).isCloseTo(expected, within(1e-6));
    }
  }

  @Test
  void scatteredRelevanceIsSeenBySumAndPinpointRelevanceByMax() {
    String pinpoint = "w1 / w7 / w9 / w7";
    String scattered = "w1 / w1 / w1 / w7";
    assertThat(score("passage-scores:by=max", "w1", pinpoint))
        .isEqualTo(score("passage-scores:by=max", "w1", scattered));
    for (String by : List.of("sum", "k-max")) {
      assertThat(score("passage-scores:by=" + by, "w1", pinpoint))
          .as(by)
          .isLessThan(score("passage-scores:by=" + by, "w1", scattered));
    }
  }

  @Test
  void modelsAreAskedForWhatTheOptionsSay() {
    score("passage-scores:chunk-tokens=64", "w1", "w2");
    score("parade", "w1", "w2");
    score("hierarchical-siamese:block=18,layer=1,head=10", "w1", "w2");
    assertThat(chunks.requests)
        .containsExactly(
            "QUERY 0",
            "PASSAGE 64",
            "QUERY 0",
            "PASSAGE 0",
            "SYMMETRIC 18 Head[layer=1, head=10]",
            "SYMMETRIC 18 Head[layer=1, head=10]");
    assertThat(Rerankers.REGISTRY.parse("parade").needs())
        .isEqualTo(Set.of(ModelRole.CHUNK_EMBEDDER));
    assertThat(Rerankers.REGISTRY.parse("parade:reading=together").needs())
        .isEqualTo(Set.of(ModelRole.PAIR_SCORER));
  }

  @Test
  void optionsAreCheckedTogether() {
    assertThatThrownBy(
            () -> Rerankers.REGISTRY.parse("passage-scores:k=0,reading=together,chunk-tokens=9"))
        .hasMessageContaining("k=0 must be 1 or more")
        .hasMessageContaining("chunk-tokens=9 is for reading=apart: leave it out");
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("parade:chunk-tokens=-1"))
        .hasMessageContaining("chunk-tokens=-1 must be 0 or more");
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("hierarchical-siamese:block=0,layer=3"))
        .hasMessageContaining("block=0 must be 1 or more")
        .hasMessageContaining("layer=3 and head=0: give both or neither");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "passage-scores",
        "passage-scores:reading=together",
        "parade",
        "parade:reading=together",
        "hierarchical-siamese"
      })
  void textsThatFailCostOnlyTheirRows(String spec) {
    List<RankedCandidate> ranked =
        Rerankers.REGISTRY
            .parse(spec)
            .rerank(List.of(query("q", "river", "poison", "fine", "nan", "fine / nan")), context)
            .get(0)
            .candidates();
    assertThat(ranked).extracting(RankedCandidate::failed).containsExactly(false, true, true, true);
    assertThat(ranked.get(0).passageId()).isEqualTo("p1");
    assertThat(ranked.get(1).error()).startsWith("cannot read ");
    assertThat(ranked.get(1).error()).endsWith("poison");
  }
}
