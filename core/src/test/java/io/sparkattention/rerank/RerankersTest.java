package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.PairScorer;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.registry.Registry;
import io.sparkattention.rerank.RerankQuery.Candidate;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every registered reranker must do. */
class RerankersTest {

  private static final long SEED = 19690720;
  private static final String NULL_PASSAGE =
      "the passage has no text: it is null, or no passage has this id";

  /** Every strategy with its defaults, and strategies that are made of strategies. */
  static List<String> specs() {
    List<String> specs = new ArrayList<>();
    Rerankers.REGISTRY.entries().stream().map(Registry.Entry::name).forEach(specs::add);
    specs.add("cascade:stages=[bm25,bi-encoder,cross-encoder],keep=[7,3]");
    specs.add("cascade:stages=[[bi-encoder:similarity=dot],bm25],keep=1");
    specs.add("cascade:stages=[rrf,cross-encoder],keep=4");
    specs.add("rrf:of=[[cascade:keep=5],[bm25:analysis=standard],cross-encoder],k=0");
    specs.add("weighted:of=[bm25,bi-encoder,rrf],weights=[0,1,0.5],normalization=z-score");
    return specs;
  }

  @ParameterizedTest
  @MethodSource("specs")
  void ranksAreWellFormed(String spec) {
    Random random = new Random(SEED);
    List<RerankQuery> queries = queries(random);
    List<Ranking> rankings = rerank(spec, queries);
    assertThat(rankings).hasSameSizeAs(queries);
    for (int q = 0; q < queries.size(); q++) {
      List<RankedCandidate> ranked = rankings.get(q).candidates();
      assertThat(rankings.get(q).queryId()).isEqualTo(queries.get(q).queryId());
      assertThat(ranked)
          .as("seed %d", SEED)
          .extracting(RankedCandidate::rank)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, queries.get(q).candidates().size()).boxed().toList());
      assertThat(ranked)
          .extracting(RankedCandidate::passageId)
          .containsExactlyInAnyOrderElementsOf(
              queries.get(q).candidates().stream().map(Candidate::passageId).toList());
      for (int i = 1; i < ranked.size(); i++) {
        RankedCandidate above = ranked.get(i - 1);
        RankedCandidate below = ranked.get(i);
        assertThat(
                above.score() > below.score()
                    || above.score() == below.score()
                        && above.passageId().compareTo(below.passageId()) < 0)
            .as("seed %d, %s before %s", SEED, above, below)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void neitherOrderNorCompanyChangesARanking(String spec) {
    Random random = new Random(SEED);
    List<RerankQuery> queries = queries(random);
    List<Ranking> together = rerank(spec, queries);
    for (int q = 0; q < queries.size(); q++) {
      RerankQuery query = queries.get(q);
      List<Candidate> shuffled = new ArrayList<>(query.candidates());
      Collections.shuffle(shuffled, random);
      assertThat(rerank(spec, List.of(new RerankQuery(query.queryId(), query.query(), shuffled))))
          .as("seed %d", SEED)
          .containsExactly(together.get(q));
    }
  }

  static Stream<String> specsThatCompareNothing() {
    return specs().stream().filter(spec -> !Rerankers.REGISTRY.parse(spec).comparesCandidates());
  }

  @ParameterizedTest
  @MethodSource("specsThatCompareNothing")
  void aScoreIsThatOfThePassageByItself(String spec) {
    List<RerankQuery> queries = queries(new Random(SEED));
    assertThat(alone(spec, queries)).isEqualTo(scores(rerank(spec, queries)));
  }

  @Test
  void strategiesThatCompareSaySo() {
    for (String spec : List.of("bm25", "rrf", "weighted", "cascade:keep=2")) {
      List<RerankQuery> queries = queries(new Random(SEED));
      assertThat(Rerankers.REGISTRY.parse(spec).comparesCandidates()).isTrue();
      assertThat(alone(spec, queries)).isNotEqualTo(scores(rerank(spec, queries)));
    }
  }

  /** The scores that candidates have by themselves, by query and passage. */
  private static Map<String, Double> alone(String spec, List<RerankQuery> queries) {
    Map<String, Double> scores = new TreeMap<>();
    for (RerankQuery query : queries) {
      for (Candidate candidate : query.candidates()) {
        RerankQuery single = new RerankQuery(query.queryId(), query.query(), List.of(candidate));
        scores.putAll(scores(rerank(spec, List.of(single))));
      }
    }
    return scores;
  }

  private static Map<String, Double> scores(List<Ranking> rankings) {
    Map<String, Double> scores = new TreeMap<>();
    for (Ranking ranking : rankings) {
      ranking
          .candidates()
          .forEach(each -> scores.put(ranking.queryId() + " " + each.passageId(), each.score()));
    }
    return scores;
  }

  @ParameterizedTest
  @MethodSource("specs")
  void badCandidatesComeLastWithTheirReasons(String spec) {
    RerankQuery query =
        new RerankQuery(
            "q",
            "river",
            List.of(
                new Candidate("z", null),
                new Candidate("a", "A river"),
                new Candidate(null, "A river"),
                new Candidate("c", " \t"),
                new Candidate("b", "The sea"),
                new Candidate("a", "Another river")));
    List<RankedCandidate> ranked = rerank(spec, List.of(query)).get(0).candidates();
    assertThat(ranked).extracting(RankedCandidate::rank).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(ranked.subList(0, 2))
        .extracting(RankedCandidate::passageId)
        .containsExactlyInAnyOrder("a", "b");
    assertThat(ranked.subList(0, 2)).noneMatch(RankedCandidate::failed);
    assertThat(ranked.subList(2, 6))
        .extracting(RankedCandidate::passageId)
        .containsExactly("z", null, "c", "a");
    assertThat(ranked.subList(2, 6))
        .extracting(RankedCandidate::error)
        .containsExactly(
            NULL_PASSAGE,
            "the passage id is null",
            "the passage is empty",
            "the query has a candidate with this passage id already");
    assertThat(ranked.subList(2, 6))
        .allMatch(c -> Double.isNaN(c.score()) && c.tokens() == 0 && c.chunks() == 0);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void candidatesThatSayTheSameStandInTheOrderOfTheirIds(String spec) {
    List<Candidate> candidates =
        new ArrayList<>(
            IntStream.range(0, 12)
                .mapToObj(i -> new Candidate("p%02d".formatted(i), "sea"))
                .toList());
    Collections.shuffle(candidates, new Random(SEED));
    List<RankedCandidate> ranked =
        rerank(spec, List.of(new RerankQuery("q", "river", candidates))).get(0).candidates();
    assertThat(ranked).extracting(RankedCandidate::passageId).isSorted().hasSize(12);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void whatAModelCannotReadIsLastAndNoneIsLost(String spec) {
    List<Candidate> candidates =
        List.of(
            new Candidate("a", "nan nan nan nan"),
            new Candidate("b", "river"),
            new Candidate("c", "poison"),
            new Candidate("d", "the sea and the river"),
            new Candidate("e", "nan"),
            new Candidate("f", "snow"));
    List<RankedCandidate> ranked =
        rerank(spec, List.of(new RerankQuery("q", "river", candidates))).get(0).candidates();
    assertThat(ranked)
        .extracting(RankedCandidate::passageId)
        .containsExactlyInAnyOrder("a", "b", "c", "d", "e", "f");
    long sound = ranked.stream().filter(candidate -> !candidate.failed()).count();
    assertThat(ranked.stream().limit(sound)).noneMatch(RankedCandidate::failed);
    assertThat(ranked).allMatch(candidate -> candidate.failed() == Double.isNaN(candidate.score()));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void queryWithoutTextMakesErrorsOfItsCandidatesOnly(String spec) {
    List<Candidate> candidates = List.of(new Candidate("a", "A river"), new Candidate("b", "Sea"));
    List<Ranking> rankings =
        rerank(
            spec,
            List.of(
                new RerankQuery("q1", null, candidates),
                new RerankQuery("q2", " ", candidates),
                new RerankQuery("q3", "river", candidates),
                new RerankQuery("q4", "river", List.of())));
    assertThat(rankings.get(0).candidates())
        .extracting(RankedCandidate::error)
        .containsExactly("the query is null", "the query is null");
    assertThat(rankings.get(1).candidates())
        .extracting(RankedCandidate::error)
        .containsExactly("the query is empty", "the query is empty");
    assertThat(rankings.get(2).candidates()).noneMatch(RankedCandidate::failed);
    assertThat(rankings.get(3).candidates()).isEmpty();
    assertThat(rerank(spec, List.of())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void specAndSerializationMakeEqualStrategies(String spec) throws Exception {
    Reranker reranker = Rerankers.REGISTRY.parse(spec);
    assertThat(Rerankers.REGISTRY.parse(Rerankers.REGISTRY.format(reranker))).isEqualTo(reranker);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(reranker);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(reranker);
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void strategyRunsWithWhatItNeedsAndRefusesToRunWithLess(String spec) {
    Reranker reranker = Rerankers.REGISTRY.parse(spec);
    List<RerankQuery> queries =
        List.of(new RerankQuery("q", "river", List.of(new Candidate("a", "A river"))));
    if (reranker.needs().isEmpty()) {
      assertThat(reranker.rerank(queries, RerankContext.empty())).hasSize(1);
    } else {
      assertThatThrownBy(() -> reranker.rerank(queries, RerankContext.empty()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is loaded: load");
    }
  }

  @Test
  void unknownNamesAreAnsweredWithThoseThatExist() {
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("colbert"))
        .hasMessageStartingWith("unknown reranker 'colbert': use one of bi-encoder, bm25, ");
  }

  private static List<Ranking> rerank(String spec, List<RerankQuery> queries) {
    FakeModel model = new FakeModel();
    RerankContext context =
        RerankContext.empty()
            .with((TextEmbedder) model)
            .with((PairScorer) model)
            .with(new FakeTokenModel())
            .with(new FakeChunkModel())
            .with(new FakeInstructedModel());
    return Rerankers.REGISTRY.parse(spec).rerank(queries, context);
  }

  private static List<RerankQuery> queries(Random random) {
    List<RerankQuery> queries = new ArrayList<>();
    for (int q = 0; q < 8; q++) {
      List<Candidate> candidates = new ArrayList<>();
      for (int c = 0; c < 1 + random.nextInt(20); c++) {
        candidates.add(new Candidate("p" + c, words(random, 1 + random.nextInt(3))));
      }
      queries.add(new RerankQuery("q" + q, words(random, 2), candidates));
    }
    return queries;
  }

  private static String words(Random random, int count) {
    String[] words = {"river", "bridge", "snow", "night"}; // few, so that scores tie
    return String.join(
        " ", IntStream.range(0, count).mapToObj(i -> words[random.nextInt(4)]).toList());
  }
}
