package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.PairScorer;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.rerank.RerankQuery.Candidate;
import io.sparkattention.weights.TestModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A vector that was stored stands for reading its text again. */
class StoredEmbeddingsTest {

  private final FakeModel model = new FakeModel();
  private long reused;
  private long embedded;

  private RerankContext context(TextEmbedder embedder) {
    return RerankContext.empty()
        .with(embedder)
        .with((PairScorer) model)
        .with(
            (vectors, texts) -> {
              reused += vectors;
              embedded += texts;
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"bi-encoder", "bi-encoder:similarity=dot"})
  void storedVectorsOfARealModelGiveTheScoresOfEmbeddingAnew(String spec) throws IOException {
    List<String> passages = ExampleCorpus.passages().values().stream().limit(24).toList();
    List<String> texts = ExampleCorpus.queries().values().stream().limit(3).toList();
    ExecutorService pool = Executors.newFixedThreadPool(1);
    try (LoadedModel minilm =
        LoadedModel.load(TestModels.directory("minilm"), ModelSpec.of("minilm"), pool)) {
      TextEmbedder embedder = minilm.embedder();
      List<RerankQuery> anew = new ArrayList<>();
      List<RerankQuery> stored = new ArrayList<>();
      for (String text : texts) {
        List<Candidate> plain = new ArrayList<>();
        List<Candidate> withVectors = new ArrayList<>();
        for (String passage : passages) {
          String id = "p" + plain.size();
          plain.add(new Candidate(id, passage));
          boolean kept = plain.size() % 3 != 0; // some are still read
          withVectors.add(
              new Candidate(id, passage, kept ? vector(embedder, passage, Role.PASSAGE) : null));
        }
        anew.add(new RerankQuery("q", text, plain));
        stored.add(new RerankQuery("q", text, vector(embedder, text, Role.QUERY), withVectors));
      }
      Reranker reranker = Rerankers.REGISTRY.parse(spec);
      List<Ranking> expected = reranker.rerank(anew, RerankContext.empty().with(embedder));
      List<Ranking> actual = reranker.rerank(stored, context(embedder));
      for (int q = 0; q < texts.size(); q++) {
        List<RankedCandidate> own = actual.get(q).candidates();
        for (int i = 0; i < passages.size(); i++) {
          RankedCandidate right = expected.get(q).candidates().get(i);
          RankedCandidate same =
              own.stream()
                  .filter(c -> c.passageId().equals(right.passageId()))
                  .findFirst()
                  .orElseThrow();
          assertThat(same.score()).isCloseTo(right.score(), within(1e-6));
        }
        assertThat(own.stream().filter(c -> c.tokens() == 0)).hasSize(16);
      }
      assertThat(reused).isEqualTo(texts.size() * (1 + 16));
      assertThat(embedded).isEqualTo(8); // each distinct passage once
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void onlyTextsWithoutVectorsAreRead() {
    RerankQuery query =
        new RerankQuery(
            "q",
            "river",
            new float[] {1, 0, 0, 0, 0},
            List.of(
                new Candidate("a", "stone", new float[] {2, 0, 0, 0, 0}),
                new Candidate("b", "poison", new float[] {0, 3, 0, 0, 0}),
                new Candidate("c", "hill")));
    List<RankedCandidate> ranked =
        Rerankers.REGISTRY
            .parse("bi-encoder")
            .rerank(List.of(query), context(model))
            .get(0)
            .candidates();
    assertThat(model.queries).noneMatch(batch -> !batch.isEmpty());
    assertThat(model.passages).containsExactly(List.of("hill"));
    assertThat(ranked).noneMatch(RankedCandidate::failed);
    assertThat(ranked.get(0)).isEqualTo(new RankedCandidate("a", 1, 1, 0, 0, false, null));
    assertThat(reused).isEqualTo(3);
    assertThat(embedded).isEqualTo(1);
  }

  @Test
  void anotherDimensionIsAnErrorThatNamesBoth() {
    List<Candidate> candidates =
        List.of(
            new Candidate("a", "stone", new float[3]), new Candidate("b", "hill", new float[5]));
    List<Ranking> rankings =
        Rerankers.REGISTRY
            .parse("bi-encoder")
            .rerank(
                List.of(
                    new RerankQuery("q1", "river", candidates),
                    new RerankQuery("q2", "river", new float[4], candidates)),
                context(model));
    assertThat(rankings.get(0).candidates())
        .extracting(RankedCandidate::error)
        .containsExactly(
            null,
            "its stored embedding has 3 numbers, but those of the model have 5: embed with the"
                + " model that reranks");
    assertThat(rankings.get(1).candidates())
        .allMatch(
            candidate ->
                candidate.error().startsWith("the query could not be embedded: its stored")
                    && candidate.error().contains("has 4 numbers")
                    && candidate.error().contains("have 5"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bm25", "cross-encoder"})
  void otherStrategiesReadTheText(String spec) {
    RerankQuery plain =
        new RerankQuery(
            "q", "river", List.of(new Candidate("a", "A river"), new Candidate("b", "Sea")));
    RerankQuery stored =
        new RerankQuery(
            "q",
            "river",
            new float[1],
            List.of(
                new Candidate("a", "A river", new float[2]),
                new Candidate("b", "Sea", new float[] {Float.NaN})));
    Reranker reranker = Rerankers.REGISTRY.parse(spec);
    assertThat(reranker.rerank(List.of(stored), context(model)))
        .isEqualTo(reranker.rerank(List.of(plain), context(model)));
  }

  @Test
  void membersOfOtherStrategiesReuseThem() {
    RerankQuery query =
        new RerankQuery(
            "q",
            "river",
            List.of(
                new Candidate("a", "river", new float[] {1, 2, 3, 4, 5}),
                new Candidate("b", "river stone", new float[] {2, 0, 0, 0, 0}),
                new Candidate("c", "hill", new float[] {0, 0, 0, 0, 1})));
    for (String spec : List.of("rrf", "weighted", "cascade:keep=2")) {
      List<RankedCandidate> ranked =
          Rerankers.REGISTRY.parse(spec).rerank(List.of(query), context(model)).get(0).candidates();
      assertThat(ranked).as(spec).allMatch(c -> !c.failed() && c.tokens() == 0);
    }
    assertThat(model.passages).allMatch(List::isEmpty);
    assertThat(reused).isEqualTo(3 + 3 + 2);
  }

  private static float[] vector(TextEmbedder embedder, String text, Role role) {
    return embedder.embed(List.of(text), role).get(0).vector();
  }
}
