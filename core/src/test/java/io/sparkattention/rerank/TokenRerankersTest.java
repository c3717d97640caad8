package io.sparkattention.rerank;

import static io.sparkattention.rerank.Queries.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.ModelRole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Strategies that compare tokens, against their definitions spelled out. */
class TokenRerankersTest {

  private static final double[] MEANS = {1, .9, .7, .5, .3, .1, -.1, -.3, -.5, -.7, -.9};

  private final FakeTokenModel model = new FakeTokenModel();
  private final RerankContext context = RerankContext.empty().with(model);

  private static String words(Random random, int count) {
    return String.join(
        " ", IntStream.range(0, count).mapToObj(i -> "w" + random.nextInt(60)).toList());
  }

  private double score(String spec, String query, String passage) {
    return Rerankers.REGISTRY
        .parse(spec)
        .rerank(List.of(query("q", query, passage)), context)
        .get(0)
        .candidates()
        .get(0)
        .score();
  }

  private static double maxSim(String query, String passage) {
    return FakeTokenModel.words(query).stream()
        .mapToDouble(
            q ->
                FakeTokenModel.words(passage).stream()
                    .mapToDouble(p -> FakeTokenModel.cosine(q, p))
                    .max()
                    .orElseThrow())
        .sum();
  }

  @Test
  void lateInteractionIsTheSumOfTheBestMatches() {
    long seed = 20;
    Random random = new Random(seed);
    for (int trial = 0; trial < 60; trial++) {
      String query = words(random, 1 + random.nextInt(12));
      String passage = words(random, 1 + random.nextInt(trial < 50 ? 40 : 900));
      assertThat(score("late-interaction", query, passage))
          .as("seed %d, trial %d", seed, trial)
          .isCloseTo(maxSim(query, passage), within(1e-5));
    }
    assertThat(score("late-interaction", "w1", "w1")).isCloseTo(1, within(1e-6));
  }

  @ParameterizedTest
  @CsvSource({"30,2,3", "1,1,1", "5,5,2", "7,3,4", "50,1,1"})
  void kernelPoolIsTheMeanOfTheBestRegions(int window, int stride, int regions) {
    long seed = 21;
    Random random = new Random(seed);
    String spec = "kernel-pool:window=%d,stride=%d,regions=%d".formatted(window, stride, regions);
    for (int trial = 0; trial < 30; trial++) {
      String query = words(random, 1 + random.nextInt(6));
      String passage = words(random, 1 + random.nextInt(120));
      assertThat(score(spec, query, passage))
          .as("%s, seed %d, trial %d", spec, seed, trial)
          .isCloseTo(kernelPool(query, passage, window, stride, regions), within(1e-4));
    }
  }

  private static double kernelPool(
      String query, String passage, int window, int stride, int regions) {
    List<String> tokens = FakeTokenModel.words(passage);
    record Region(int from, int to, double score) {}
    List<Region> all = new ArrayList<>();
    int from = 0;
    while (true) {
      int to = Math.min(tokens.size(), from + window);
      double score = 0;
      for (String q : FakeTokenModel.words(query)) {
        for (double mean : MEANS) {
          double count = 0;
          for (String token : tokens.subList(from, to)) {
            double distance = FakeTokenModel.cosine(q, token) - mean;
            count += Math.exp(-distance * distance / (2 * 0.1 * 0.1));
          }
          score += mean * count / (count + (to - from) / (double) window);
        }
      }
      all.add(new Region(from, to, score));
      if (to == tokens.size()) {
        break;
      }
      from += stride;
    }
    double sum = 0;
    for (int n = 0; n < regions && !all.isEmpty(); n++) {
      Region best = all.get(0);
      for (Region each : all) {
        best = each.score > best.score ? each : best;
      }
      sum += best.score;
      Region chosen = best;
      all.removeIf(
          each -> Math.abs(each.from - chosen.from) < window); // it has a token of the chosen one
    }
    return sum / regions;
  }

  @Test
  void aRelevantRegionCountsTheSameAtAnyDepth() {
    long seed = 22;
    Random random = new Random(seed);
    String filler = String.join(" ", Collections.nCopies(60, "filler"));
    String answer = words(random, 30);
    String spec = "kernel-pool:regions=1";
    double early = score(spec, "w1 w2", filler + " " + answer + " " + filler + " " + filler);
    double late = score(spec, "w1 w2", filler + " " + filler + " " + answer + " " + filler);
    assertThat(early).as("seed %d", seed).isCloseTo(late, within(1e-6));
  }

  @Test
  void optionsAreCheckedTogether() {
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("kernel-pool:window=0,stride=0,regions=-1"))
        .hasMessageContaining("window=0")
        .hasMessageContaining("stride=0")
        .hasMessageContaining("regions=-1");
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("kernel-pool:window=4,stride=5"))
        .hasMessageContaining("stride=5 must not exceed window=4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"late-interaction", "kernel-pool"})
  void everyTextIsEmbeddedOnceAndPassagesAFewAtATime(String name) {
    Reranker reranker = Rerankers.REGISTRY.parse(name);
    assertThat(reranker.needs()).isEqualTo(Set.of(ModelRole.TOKEN_EMBEDDER));
    String longText = "long ".repeat(20_000);
    reranker.rerank(
        List.of(
            query("q1", "river", "stone", longText + "a", "hill"),
            query("q2", "hill", "hill", longText + "b", "sea"),
            query("q3", "river", "stone", longText + "a"),
            query("q4", "nobody asks")),
        context);
    assertThat(model.queries).containsExactly(List.of("river", "hill"));
    assertThat(model.passages)
        .containsExactly(List.of("stone", longText + "a", "hill"), List.of(longText + "b", "sea"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"late-interaction", "kernel-pool"})
  void textsThatFailCostOnlyTheirRows(String name) {
    List<Ranking> rankings =
        Rerankers.REGISTRY
            .parse(name)
            .rerank(
                List.of(
                    query("q1", "river", "poison", "fine", "nan", "..."),
                    query("q2", "poison query", "fine"),
                    query("q3", "...", "fine")),
                context);
    assertThat(rankings.get(0).candidates())
        .extracting(RankedCandidate::error)
        .containsExactly(
            null,
            "cannot read poison",
            "the model gave a token a vector that is not finite",
            "the passage has no token to compare");
    assertThat(rankings.get(1).candidates().get(0).error())
        .isEqualTo("the query could not be embedded: cannot read poison query");
    assertThat(rankings.get(2).candidates().get(0).error())
        .isEqualTo("the query has no token to compare");
    assertThat(rankings.get(0).candidates().get(0).tokens()).isEqualTo(3);
  }
}
