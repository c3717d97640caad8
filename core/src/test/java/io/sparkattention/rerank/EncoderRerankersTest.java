package io.sparkattention.rerank;

import static io.sparkattention.rerank.Queries.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.PairScorer;
import io.sparkattention.model.PairScorer.Pair;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.rerank.RerankQuery.Candidate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EncoderRerankersTest {

  private final FakeModel model = new FakeModel();
  private final RerankContext context =
      RerankContext.empty().with((TextEmbedder) model).with((PairScorer) model);

  @Test
  void everyTextIsEmbeddedOnceInItsRole() {
    Reranker reranker = Rerankers.REGISTRY.parse("bi-encoder");
    assertThat(reranker.needs()).isEqualTo(Set.of(ModelRole.EMBEDDER));
    reranker.rerank(
        List.of(
            query("q1", "river", "stone", "hill"),
            query("q2", "hill", "hill", "sea"),
            query("q3", "river", "stone"),
            query("q4", "nobody asks")),
        context);
    assertThat(model.queries).containsExactly(List.of("river", "hill"));
    assertThat(model.passages).containsExactly(List.of("stone", "hill", "sea"));
  }

  @Test
  void vectorsAreComparedAsTheOptionSays() {
    Map<String, float[]> vectors =
        Map.of(
            "query", new float[] {2, 0},
            "long", new float[] {3, 4},
            "near", new float[] {1, 0},
            "zero", new float[] {0, 0},
            "against", new float[] {-1, 0});
    RerankContext given = RerankContext.empty().with(embedder(vectors));
    RerankQuery query = query("q", "query", "long", "near", "zero", "against");
    List<RankedCandidate> cosine =
        Rerankers.REGISTRY.parse("bi-encoder").rerank(List.of(query), given).get(0).candidates();
    assertThat(cosine)
        .extracting(RankedCandidate::passageId)
        .containsExactly("p1", "p0", "p2", "p3");
    assertThat(cosine.get(0).score()).isCloseTo(1, within(1e-12));
    assertThat(cosine.get(1).score()).isCloseTo(0.6, within(1e-12));
    assertThat(cosine.get(2).score()).isZero();
    List<RankedCandidate> dot =
        Rerankers.REGISTRY
            .parse("bi-encoder:similarity=dot")
            .rerank(List.of(query), given)
            .get(0)
            .candidates();
    assertThat(dot).extracting(RankedCandidate::score).containsExactly(6.0, 2.0, 0.0, -2.0);
  }

  @Test
  void embeddingsThatFailCostOnlyTheirRows() {
    List<Ranking> rankings =
        Rerankers.REGISTRY
            .parse("bi-encoder")
            .rerank(
                List.of(
                    query("q1", "river", "poison", "fine", "nan", "endless"),
                    query("q2", "poison query", "fine"),
                    query("q3", "nan query", "fine")),
                context);
    assertErrors(
        rankings.get(0),
        null,
        null,
        "cannot read poison",
        "the score is NaN, which is no finite number");
    assertErrors(rankings.get(1), "the query could not be embedded: cannot read poison query");
    assertErrors(rankings.get(2), "the score is NaN, which is no finite number");
    RankedCandidate endless =
        rankings.get(0).candidates().stream()
            .filter(c -> c.passageId().equals("p3"))
            .findFirst()
            .orElseThrow();
    assertThat(endless.truncated()).isTrue();
    assertThat(endless.chunks()).isEqualTo(2);
    assertThat(endless.tokens()).isEqualTo("endless".length());
  }

  @Test
  void pairsOfAllQueriesAreScoredTogether() {
    Reranker reranker = Rerankers.REGISTRY.parse("cross-encoder");
    assertThat(reranker.needs()).isEqualTo(Set.of(ModelRole.PAIR_SCORER));
    List<Ranking> rankings =
        reranker.rerank(
            List.of(query("q1", "river", "stone", "hill"), query("q2", "sea", "hill")), context);
    assertThat(model.pairs)
        .containsExactly(
            List.of(
                new Pair("river", "stone"), new Pair("river", "hill"), new Pair("sea", "hill")));
    PairScorer.Score expected = model.score(List.of(new Pair("sea", "hill"))).get(0);
    assertThat(rankings.get(1).candidates())
        .containsExactly(new RankedCandidate("p0", expected.value(), 1, 3 + 4, 1, false, null));
  }

  @Test
  void pairsThatFailCostOnlyTheirRows() {
    Ranking ranking =
        Rerankers.REGISTRY
            .parse("cross-encoder")
            .rerank(List.of(query("q1", "river", "poison", "fine", "nan", "endless")), context)
            .get(0);
    assertErrors(
        ranking, null, null, "cannot read poison", "the score is NaN, which is no finite number");
  }

  @Test
  void scoresTieByPassageIdWhateverTheirSign() {
    Reranker constant = constant(-0.0, 0.0, 0.0);
    Ranking ranking =
        constant
            .rerank(
                List.of(
                    new RerankQuery(
                        "q",
                        "river",
                        List.of(
                            new Candidate("a", "x"),
                            new Candidate("c", "y"),
                            new Candidate("b", "z")))),
                RerankContext.empty())
            .get(0);
    assertThat(ranking.candidates())
        .extracting(RankedCandidate::passageId)
        .containsExactly("a", "b", "c");
  }

  private static Reranker constant(double... scores) {
    return new Reranker() {
      @Override
      public Set<ModelRole> needs() {
        return Set.of();
      }

      @Override
      public List<List<Outcome<Relevance>>> score(
          List<RerankQuery> queries, RerankContext context) {
        return List.of(
            Arrays.stream(scores)
                .mapToObj(score -> Outcome.of(new Relevance(score, 1, 1, false)))
                .toList());
      }
    };
  }

  private static TextEmbedder embedder(Map<String, float[]> vectors) {
    return new TextEmbedder() {
      @Override
      public List<Embedding> embed(List<String> texts, Role role) {
        return texts.stream().map(text -> new Embedding(vectors.get(text), 1, 1, false)).toList();
      }

      @Override
      public int dimension() {
        return 2;
      }
    };
  }

  private static void assertErrors(Ranking ranking, String... errors) {
    assertThat(ranking.candidates()).extracting(RankedCandidate::error).containsExactly(errors);
  }
}
