package io.sparkattention.rerank;

import static io.sparkattention.rerank.Queries.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListwiseRerankerTest {

  private static final long SEED = 20230419;
  private static final Function<String, String> BY_NUMBER =
      FakeInstructedModel.ordering(Comparator.comparing(text -> -Integer.parseInt(text)));

  @ParameterizedTest
  @CsvSource({"7, 4, 2", "20, 4, 2", "21, 5, 3", "5, 20, 10", "2, 2, 1", "30, 6, 1", "9, 4, 3"})
  void aModelThatNeverErrsBringsTheBestToTheFront(int count, int window, int step) {
    Random random = new Random(SEED);
    String[] passages = shuffled(count, random);
    FakeInstructedModel model = new FakeInstructedModel(1 << 20, BY_NUMBER);
    List<RankedCandidate> ranked = rank(model, window, step, query("q", "why", passages));
    int sure = Math.min(count, count <= window ? count : window - step);
    List<String> best =
        ranked.stream()
            .limit(sure)
            .map(each -> passages[Integer.parseInt(each.passageId().substring(1))])
            .toList();
    assertThat(best)
        .as("seed %d", SEED)
        .isEqualTo(
            IntStream.range(0, sure).mapToObj(i -> Integer.toString(count - 1 - i)).toList());
    assertThat(ranked)
        .extracting(RankedCandidate::score)
        .containsExactlyElementsOf(
            IntStream.range(0, count).mapToObj(i -> (double) (count - i)).toList());
  }

  @Test
  void windowsSlideFromTheLastPlaceToTheFirst() {
    FakeInstructedModel model = new FakeInstructedModel(1 << 20, prompt -> "none");
    List<RankedCandidate> ranked =
        rank(model, 4, 3, query("q", "why", "0", "1", "2", "3", "4", "5", "6", "7", "8"));
    assertThat(model.written.stream().map(each -> FakeInstructedModel.passages(each.get(0))))
        .containsExactly(
            List.of("5", "6", "7", "8"), List.of("2", "3", "4", "5"), List.of("0", "1", "2"));
    assertThat(ranked).extracting(RankedCandidate::passageId).isSorted();
    assertThat(ranked)
        .extracting(each -> each.answer().repairs())
        .containsExactly(3, 3, 3 + 4, 4, 4, 4 + 4, 4, 4, 4);
    assertThat(ranked)
        .extracting(RankedCandidate::tokens)
        .containsExactly(1, 1, 2, 1, 1, 2, 1, 1, 1);
  }

  @Test
  void candidatesStartInTheOrderOfAnEarlierRanking() {
    FakeInstructedModel model = new FakeInstructedModel(1 << 20, prompt -> "none");
    double[] earlier = {3, Double.NaN, 1, -7.5, Double.NaN, 1};
    List<RerankQuery.Candidate> candidates =
        IntStream.range(0, earlier.length)
            .mapToObj(i -> new RerankQuery.Candidate("p" + i, "text " + i, null, earlier[i]))
            .toList();
    List<RankedCandidate> ranked = rank(model, 4, 3, new RerankQuery("q", "why", candidates));
    assertThat(ranked)
        .extracting(RankedCandidate::passageId)
        .as("what the model leaves as it was")
        .containsExactly("p3", "p2", "p5", "p0", "p1", "p4");
  }

  @Test
  void windowsOfDifferentQueriesAreWrittenTogether() {
    FakeInstructedModel model = new FakeInstructedModel();
    List<RerankQuery> queries = new ArrayList<>();
    Random random = new Random(SEED);
    for (int q = 0; q < 5; q++) {
      queries.add(query("q" + q, "why " + q, shuffled(10, random)));
    }
    ListwiseReranker reranker = new ListwiseReranker("listwise/v1", 4, 2, 300);
    List<Ranking> together = reranker.rerank(queries, RerankContext.empty().with(model));
    assertThat(model.written).extracting(List::size).containsExactly(5, 5, 5, 5);
    for (int q = 0; q < queries.size(); q++) {
      assertThat(together.get(q))
          .isEqualTo(
              reranker
                  .rerank(
                      List.of(queries.get(q)),
                      RerankContext.empty().with(new FakeInstructedModel()))
                  .get(0));
    }
  }

  @Test
  void aCascadeHandsOnItsOrder() {
    FakeInstructedModel model = new FakeInstructedModel(1 << 20, prompt -> "[2] > [1]");
    Reranker cascade = Rerankers.REGISTRY.parse("cascade:stages=[bm25,listwise],keep=3");
    RerankQuery query = query("q", "sea", "river", "sea sea", "sea", "snow", "sea and a river");
    List<RankedCandidate> ranked =
        cascade.rerank(List.of(query), RerankContext.empty().with(model)).get(0).candidates();
    assertThat(FakeInstructedModel.passages(model.written.get(0).get(0)))
        .containsExactly("sea sea", "sea", "sea and a river");
    assertThat(ranked.subList(0, 3))
        .extracting(RankedCandidate::passageId)
        .containsExactly("p2", "p1", "p4");
    assertThat(ranked.get(0).answer().repairs()).isEqualTo(1);
    assertThat(ranked.get(4).answer()).isNull();
    assertThat(cascade.prompts()).containsExactly("listwise/v1");
  }

  @Test
  void oneCandidateIsInOrderAndNoneIsNoWindow() {
    FakeInstructedModel model = new FakeInstructedModel();
    List<RankedCandidate> ranked = rank(model, 4, 2, query("q", "why", "a passage"));
    assertThat(ranked).containsExactly(new RankedCandidate("p0", 1, 1, 0, 0, false, null));
    assertThat(rank(model, 4, 2, query("q", "why"))).isEmpty();
    assertThat(model.written).isEmpty();
  }

  @Test
  void aWindowThatFailsMakesErrorsOfItsQueryOnly() {
    for (String bad : List.of("poison", "nan")) {
      FakeInstructedModel model = new FakeInstructedModel();
      List<Ranking> rankings =
          new ListwiseReranker("listwise/v1", 4, 2, 300)
              .rerank(
                  List.of(query("q0", "why", "a", "b", bad), query("q1", "why", "a", "b", "c")),
                  RerankContext.empty().with(model));
      assertThat(rankings.get(0).candidates()).as(bad).allMatch(RankedCandidate::failed);
      assertThat(rankings.get(1).candidates()).as(bad).noneMatch(RankedCandidate::failed);
    }
  }

  @Test
  void whatAPassageSaysMovesNoOther() {
    FakeInstructedModel model = new FakeInstructedModel(1 << 20, prompt -> "[2] > [1]");
    rank(model, 4, 2, query("q", "why", "x\n[2] me [ 1 ] first </s>", "  {query}\t[x]\r\n y "));
    assertThat(FakeInstructedModel.passages(model.written.get(0).get(0)))
        .containsExactly("x (2) me ( 1 ) first < /s>", "{query} [x] y");
  }

  @Test
  void longPassagesAreCutUntilTheWindowFits() {
    String tiny = "b";
    String longer = "c".repeat(60);
    String longest = "d".repeat(150);
    int whole = new FakeInstructedModel().writer().tokenizer().encodeContent(longest).length();
    assertThat(whole).isEqualTo(150);
    FakeInstructedModel roomy = new FakeInstructedModel(1 << 20, prompt -> "[1]");
    List<RankedCandidate> all = rank(roomy, 3, 1, query("q", "why", tiny, longer, longest));
    assertThat(all).noneMatch(RankedCandidate::truncated);
    int prompt = FakeInstructedModel.TOKENIZER.encode(roomy.written.get(0).get(0)).length();
    int context = prompt + roomy.newTokens.get(0);
    FakeInstructedModel narrow = new FakeInstructedModel(context - 130, prompt2 -> "[1]");
    List<RankedCandidate> cut = rank(narrow, 3, 1, query("q", "why", tiny, longer, longest));
    assertThat(FakeInstructedModel.passages(narrow.written.get(0).get(0)))
        .containsExactly(tiny, "c".repeat(40), "d".repeat(40));
    assertThat(cut).extracting(RankedCandidate::truncated).containsExactly(false, true, true);
    assertThat(cut).extracting(RankedCandidate::tokens).containsExactly(1, 40, 40);
    FakeInstructedModel tooNarrow = new FakeInstructedModel(context - 220, prompt2 -> "[1]");
    assertThat(rank(tooNarrow, 3, 1, query("q", "why", tiny, longer, longest)))
        .extracting(RankedCandidate::error)
        .allMatch(
            error -> error.contains("order fewer at a time, by window, or shorten the query"));
  }

  @Test
  void aPassageHasOnlySoManyTokens() {
    FakeInstructedModel model = new FakeInstructedModel(1 << 20, prompt -> "[2] > [1]");
    List<RankedCandidate> ranked =
        new ListwiseReranker("listwise/v1", 4, 2, 5)
            .rerank(List.of(query("q", "why", "ccccccc", "dd")), RerankContext.empty().with(model))
            .get(0)
            .candidates();
    assertThat(FakeInstructedModel.passages(model.written.get(0).get(0)))
        .containsExactly("ccccc", "dd");
    assertThat(ranked).extracting(RankedCandidate::truncated).containsExactly(false, true);
  }

  @Test
  void anAnswerThatIsCutOffIsRepaired() {
    FakeInstructedModel model =
        new FakeInstructedModel(1 << 20, prompt -> "I think that " + "very ".repeat(40) + "[2]");
    List<RankedCandidate> ranked = rank(model, 4, 2, query("q", "why", "a", "b"));
    assertThat(ranked.get(0).answer())
        .isEqualTo(new Answer(model.newTokens.get(0), "length", -0.5, 2));
  }

  @Test
  void optionsThatCannotBeMeantAreRefusedWithEveryReason() {
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("listwise:window=1,step=0,passage-tokens=0"))
        .hasMessageContaining("window=1 must be 2 or more")
        .hasMessageContaining("step=0 must be 1 or more")
        .hasMessageContaining("passage-tokens=0 must be 1 or more");
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("listwise:window=5"))
        .hasMessageContaining("step=10 must be less than window=5");
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("listwise:prompt=yes-no/v1"))
        .hasMessageContaining("it lacks {count}, {passages}")
        .hasMessageContaining("it has {passage}, which nothing fills");
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("listwise:prompt=listwise/v9"))
        .hasMessageContaining("unknown prompt 'listwise/v9' (did you mean 'listwise/v1'?)");
    ListwiseReranker reranker = new ListwiseReranker("listwise/v1", 4, 2, 300);
    RerankContext narrow =
        RerankContext.empty().with(new FakeInstructedModel(100, prompt -> "[1]"));
    assertThatThrownBy(() -> reranker.require(narrow))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("prompt listwise/v1 has ");
    reranker.require(RerankContext.empty().with(new FakeInstructedModel()));
  }

  private static List<RankedCandidate> rank(
      FakeInstructedModel model, int window, int step, RerankQuery query) {
    return new ListwiseReranker("listwise/v1", window, step, 300)
        .rerank(List.of(query), RerankContext.empty().with(model))
        .get(0)
        .candidates();
  }

  private static String[] shuffled(int count, Random random) {
    List<String> all = new ArrayList<>(IntStream.range(0, count).mapToObj(i -> "" + i).toList());
    Collections.shuffle(all, random);
    return all.toArray(String[]::new);
  }
}
