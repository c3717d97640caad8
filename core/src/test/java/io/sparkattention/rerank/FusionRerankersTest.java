package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.ModelRole;
import io.sparkattention.rerank.RerankQuery.Candidate;
import io.sparkattention.rerank.WeightedReranker.Normalization;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FusionRerankersTest {

  private static final ScoredBy FIRST =
      new ScoredBy(Map.of("p00", 5.0, "p01", 4.0, "p02", 4.0, "p03", -1.0));
  private static final ScoredBy SECOND =
      new ScoredBy(Map.of("p00", 0.1, "p01", 0.2, "p02", 0.9, "p03", 0.9));

  @Test
  void reciprocalRanksAreSummed() {
    Map<String, Double> fused = scores(new RrfReranker(List.of(FIRST, SECOND), 60), 4);
    // first: p00 p01 p02 p03; second: p02 p03 p01 p00
    assertThat(fused.get("p00")).isCloseTo(1.0 / 61 + 1.0 / 64, within(1e-15));
    assertThat(fused.get("p01")).isCloseTo(1.0 / 62 + 1.0 / 63, within(1e-15));
    assertThat(fused.get("p02")).isCloseTo(1.0 / 63 + 1.0 / 61, within(1e-15));
    assertThat(fused.get("p03")).isCloseTo(1.0 / 64 + 1.0 / 62, within(1e-15));
  }

  @Test
  void weightedSumsOfScoresFromZeroToOne() {
    Reranker weighted =
        new WeightedReranker(List.of(FIRST, SECOND), List.of(1.0, 2.0), Normalization.MIN_MAX);
    Map<String, Double> fused = scores(weighted, 4);
    assertThat(fused.get("p00")).isCloseTo(1, within(1e-15));
    assertThat(fused.get("p01")).isCloseTo(5.0 / 6 + 2 * 0.1 / 0.8, within(1e-15));
    assertThat(fused.get("p02")).isCloseTo(5.0 / 6 + 2, within(1e-15));
    assertThat(fused.get("p03")).isCloseTo(2, within(1e-15));
  }

  @Test
  void weightedSumsOfStandardScores() {
    Reranker weighted =
        new WeightedReranker(List.of(FIRST, SECOND), List.of(), Normalization.Z_SCORE);
    Map<String, Double> fused = scores(weighted, 4);
    // first: mean 3, variance (4 + 1 + 1 + 16) / 4; second: mean 0.525
    double first = Math.sqrt(22 / 4.0);
    double second = Math.sqrt((0.425 * 0.425 + 0.325 * 0.325 + 2 * 0.375 * 0.375) / 4);
    assertThat(fused.get("p00")).isCloseTo(2 / first - 0.425 / second, within(1e-12));
    assertThat(fused.get("p03")).isCloseTo(-4 / first + 0.375 / second, within(1e-12));
    assertThat(fused.values().stream().mapToDouble(v -> v).sum()).isCloseTo(0, within(1e-12));
  }

  @ParameterizedTest
  @EnumSource
  void memberThatTiesSaysNothing(Normalization normalization) {
    ScoredBy tie = new ScoredBy(Map.of("p00", 0.1, "p01", 0.1, "p02", 0.1, "p03", 0.1));
    assertThat(scores(new WeightedReranker(List.of(tie, SECOND), List.of(), normalization), 4))
        .isEqualTo(scores(new WeightedReranker(List.of(SECOND), List.of(), normalization), 4));
    List<RankedCandidate> ranked =
        rank(new WeightedReranker(List.of(tie, tie), List.of(), normalization), 3);
    assertThat(ranked).extracting(RankedCandidate::score).containsExactly(0.0, 0.0, 0.0);
    assertThat(ranked).extracting(RankedCandidate::passageId).containsExactly("p00", "p01", "p02");
    assertThat(rank(new WeightedReranker(List.of(tie), List.of(), normalization), 1))
        .extracting(RankedCandidate::score)
        .containsExactly(0.0);
  }

  @Test
  void extremeScoresStayFinite() {
    ScoredBy extreme =
        new ScoredBy(Map.of("p00", -Double.MAX_VALUE, "p01", Double.MAX_VALUE, "p02", 0.0));
    assertThat(scores(new WeightedReranker(List.of(extreme), List.of(), Normalization.MIN_MAX), 3))
        .isEqualTo(Map.of("p00", 0.0, "p01", 1.0, "p02", 0.5));
  }

  @Test
  void candidateThatOneMemberCannotScoreIsOutOfAllRankings() {
    ScoredBy partial = new ScoredBy(Map.of("p00", Double.NaN, "p01", 2.0, "p02", 1.0), Set.of());
    for (Reranker fusion :
        List.<Reranker>of(
            new RrfReranker(List.of(FIRST, partial), 60),
            new WeightedReranker(List.of(FIRST, partial), List.of(), Normalization.MIN_MAX))) {
      List<RankedCandidate> ranked = rank(fusion, 4);
      assertThat(ranked)
          .extracting(RankedCandidate::passageId)
          .containsExactly("p01", "p02", "p00", "p03");
      assertThat(ranked)
          .extracting(RankedCandidate::error)
          .containsExactly(
              null,
              null,
              "member 2: the score is NaN, which is no finite number",
              "member 2: cannot read p03");
    }
    // p00 no longer takes the first place in FIRST
    assertThat(scores(new RrfReranker(List.of(FIRST, partial), 60), 3).get("p01"))
        .isCloseTo(2.0 / 61, within(1e-15));
  }

  @Test
  void tokensOfAllModelsAreSummed() {
    Map<String, Double> one = Map.of("p00", 1.0);
    ScoredBy free = new ScoredBy(one);
    ScoredBy model = new ScoredBy(one, Set.of(ModelRole.PAIR_SCORER));
    assertThat(rank(new RrfReranker(List.of(free, model, model), 60), 1).get(0).tokens())
        .isEqualTo(8);
    assertThat(rank(new RrfReranker(List.of(free, free), 60), 1).get(0).tokens()).isEqualTo(8);
  }

  @Test
  void badOptionsAreNamed() {
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("rrf:of=[],k=-1"))
        .hasMessageContaining("of must name at least one strategy")
        .hasMessageContaining("k must be finite and at least 0, but is -1.0");
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("weighted:weights=[1,-1,NaN]"))
        .hasMessageContaining("weights must be as many as of, 2, but are 3")
        .hasMessageContaining("weights must be finite and at least 0, but are [1.0, -1.0, NaN]");
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("weighted:weights=[0,0]"))
        .hasMessageContaining("one of the weights must be above 0");
    assertThat(Rerankers.REGISTRY.format(Rerankers.REGISTRY.parse("weighted:of=[bm25,[rrf:k=1]]")))
        .isEqualTo(
            "weighted:of=[[bm25:k1=0.9,b=0.4,analysis=english],[rrf:of=[[bm25:k1=0.9,b=0.4,"
                + "analysis=english],[bi-encoder:similarity=cosine]],k=1.0]],weights=[1.0,1.0],"
                + "normalization=min-max");
  }

  private static Map<String, Double> scores(Reranker reranker, int passages) {
    return rank(reranker, passages).stream()
        .filter(candidate -> !candidate.failed())
        .collect(Collectors.toMap(RankedCandidate::passageId, RankedCandidate::score));
  }

  private static List<RankedCandidate> rank(Reranker reranker, int passages) {
    List<Candidate> candidates =
        IntStream.range(0, passages)
            .mapToObj(i -> new Candidate("p%02d".formatted(i), "text"))
            .toList();
    RerankQuery query = new RerankQuery("q", "river", candidates);
    return reranker.rerank(List.of(query), RerankContext.empty()).get(0).candidates();
  }
}
