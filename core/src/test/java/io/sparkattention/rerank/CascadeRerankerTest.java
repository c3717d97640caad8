package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.ModelRole;
import io.sparkattention.rerank.RerankQuery.Candidate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class CascadeRerankerTest {

  private static final Set<ModelRole> A_MODEL = Set.of(ModelRole.EMBEDDER);

  @RepeatedTest(40)
  void orderIsThatOfTheStages(RepetitionInfo repetition) {
    long seed = repetition.getCurrentRepetition();
    Random random = new Random(seed);
    int passages = random.nextInt(40);
    List<ScoredBy> stages = new ArrayList<>(List.of(ScoredBy.random(random, passages)));
    List<Double> keep = new ArrayList<>();
    for (int stage = 1; stage < 2 + random.nextInt(3); stage++) {
      stages.add(ScoredBy.random(random, passages));
      double most = keep.isEmpty() ? 40 : keep.get(keep.size() - 1);
      boolean share = most < 1 || random.nextInt(3) == 0;
      keep.add(share ? most / 40 * random.nextDouble(0.05, 1) : 1 + random.nextInt((int) most));
    }
    List<RankedCandidate> ranked = rank(new CascadeReranker(List.copyOf(stages), keep), passages);
    List<String> ids = IntStream.range(0, passages).mapToObj("p%02d"::formatted).toList();
    assertThat(ranked)
        .as("seed %d, keep %s", seed, keep)
        .extracting(RankedCandidate::passageId)
        .containsExactlyElementsOf(order(ids, stages, keep, 0));
    int last = passed(keep.get(keep.size() - 1), passages);
    Map<String, Double> lastScores = stages.get(stages.size() - 1).scores();
    for (RankedCandidate finalist : ranked.subList(0, last)) {
      assertThat(finalist.score())
          .as("seed %d", seed)
          .isEqualTo(lastScores.get(finalist.passageId()) + 0.0);
    }
  }

  private static int passed(double keep, int passages) {
    return (int) Math.min(passages, keep < 1 ? Math.ceil(keep * passages) : keep);
  }

  private static List<String> order(
      List<String> ids, List<ScoredBy> stages, List<Double> keep, int stage) {
    Map<String, Double> scores = stages.get(stage).scores();
    List<String> ordered = new ArrayList<>(ids);
    ordered.sort(
        Comparator.comparingDouble((String id) -> -scores.get(id) + 0.0)
            .thenComparing(Comparator.naturalOrder()));
    if (stage == keep.size()) {
      return ordered;
    }
    int passed = Math.min(passed(keep.get(stage), scores.size()), ordered.size());
    List<String> all = new ArrayList<>(order(ordered.subList(0, passed), stages, keep, stage + 1));
    all.addAll(ordered.subList(passed, ordered.size()));
    return all;
  }

  @Test
  void heldBackScoresKeepTheirDifferencesBelowTheLowestThatGotFurther() {
    ScoredBy first = scores("p00", 9.0, "p01", 8.5, "p02", 8.0, "p03", 6.0, "p04", 6.0);
    ScoredBy second = scores("p00", -3.0, "p01", 0.25);
    List<RankedCandidate> ranked =
        rank(new CascadeReranker(List.of(first, second), List.of(2.0)), 5);
    assertThat(ranked)
        .extracting(RankedCandidate::passageId)
        .containsExactly("p01", "p00", "p02", "p03", "p04");
    assertThat(ranked)
        .extracting(RankedCandidate::score)
        .containsExactly(0.25, -3.0, -4.0, -6.0, -6.0);
  }

  @Test
  void roundingMakesNoTies() {
    ScoredBy first =
        scores("p00", 9.0, "p01", 1.0, "p02", Math.nextDown(1.0), "p03", Math.nextDown(1.0));
    ScoredBy second = scores("p00", 1e17);
    List<RankedCandidate> ranked =
        rank(new CascadeReranker(List.of(first, second), List.of(1.0)), 4);
    assertThat(ranked)
        .extracting(RankedCandidate::passageId)
        .containsExactly("p00", "p01", "p02", "p03");
    assertThat(ranked.get(0).score()).isGreaterThan(ranked.get(1).score());
    assertThat(ranked.get(1).score()).isGreaterThan(ranked.get(2).score());
    assertThat(ranked.get(2).score()).isEqualTo(ranked.get(3).score());
  }

  @Test
  void errorsOfAStageAreTheCandidatesOwnAndLeaveTheirPlaceToTheNext() {
    ScoredBy first = scores("p00", 9.0, "p01", Double.NaN, "p02", 7.0, "p03", 6.0, "p04", 5.0);
    ScoredBy second = scores("p02", 1.0, "p00", Double.POSITIVE_INFINITY);
    List<RankedCandidate> ranked =
        rank(new CascadeReranker(List.of(first, second), List.of(3.0)), 6);
    assertThat(ranked)
        .extracting(RankedCandidate::passageId)
        .containsExactly("p02", "p04", "p00", "p01", "p03", "p05");
    assertThat(ranked)
        .extracting(RankedCandidate::error)
        .containsExactly(
            null,
            null,
            "stage 2: the score is Infinity, which is no finite number",
            "stage 1: the score is NaN, which is no finite number",
            "stage 2: cannot read p03",
            "stage 1: cannot read p05");
  }

  @Test
  void nobodyReachesTheLastStage() {
    ScoredBy first = scores("p00", 9.0, "p01", 7.0);
    ScoredBy second = scores();
    List<RankedCandidate> ranked =
        rank(new CascadeReranker(List.of(first, second), List.of(1.0)), 2);
    assertThat(ranked.get(0)).isEqualTo(new RankedCandidate("p01", 7.0, 1, 4, 1, false, null));
    assertThat(ranked.get(1).error()).isEqualTo("stage 2: cannot read p00");
  }

  @Test
  void tokensAreThoseOfTheModelsOfAllStages() {
    Map<String, Double> all = Map.of("p00", 3.0, "p01", 2.0, "p02", 1.0);
    ScoredBy free = new ScoredBy(all);
    ScoredBy model = new ScoredBy(all, A_MODEL);
    assertThat(rank(new CascadeReranker(List.of(free, model, model), List.of(2.0, 1.0)), 3))
        .extracting(RankedCandidate::tokens)
        .containsExactly(8, 4, 0);
    assertThat(rank(new CascadeReranker(List.of(free, free), List.of(2.0)), 3))
        .extracting(RankedCandidate::tokens)
        .containsExactly(8, 8, 4);
  }

  @Test
  void needsAreThoseOfAllStages() {
    Reranker cascade =
        Rerankers.REGISTRY.parse(
            "cascade:stages=[bm25,[rrf:of=[bi-encoder,[bm25:analysis=standard]]],cross-encoder],"
                + "keep=[9,3]");
    assertThat(cascade.needs()).isEqualTo(Set.of(ModelRole.EMBEDDER, ModelRole.PAIR_SCORER));
    assertThat(cascade.termAnalyses())
        .isEqualTo(Set.of(TermAnalysis.ENGLISH, TermAnalysis.STANDARD));
  }

  @Test
  void badOptionsAreNamed() {
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("cascade:stages=bm25"))
        .hasMessageContaining("stages must be at least 2, but 1 is given");
    assertThatThrownBy(
            () -> Rerankers.REGISTRY.parse("cascade:stages=[bm25,bm25,bm25],keep=[2,5,0]"))
        .hasMessageContaining("keep must have a number for each stage but the last, which are 2")
        .hasMessageContaining(
            "keep must be whole numbers of at least 1, or shares below 1, but is [2.0, 5.0, 0.0]")
        .hasMessageContaining("keep must not grow, but is [2.0, 5.0, 0.0]");
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("cascade:stages=[bm25,[bm25:k1=-1,b=x]]"))
        .hasMessageContaining("option 'stages': item 2: reranker 'bm25:k1=-1,b=x' cannot be used:")
        .hasMessageContaining("option 'b': 'x' is not a number");
  }

  private static List<RankedCandidate> rank(Reranker reranker, int passages) {
    List<Candidate> candidates =
        IntStream.range(0, passages)
            .mapToObj(i -> new Candidate("p%02d".formatted(i), "text"))
            .toList();
    RerankQuery query = new RerankQuery("q", "river", candidates);
    return reranker.rerank(List.of(query), RerankContext.empty()).get(0).candidates();
  }

  private static ScoredBy scores(Object... idsAndScores) {
    Map<String, Double> scores = new HashMap<>();
    for (int i = 0; i < idsAndScores.length; i += 2) {
      scores.put((String) idsAndScores[i], (Double) idsAndScores[i + 1]);
    }
    return new ScoredBy(scores);
  }
}
