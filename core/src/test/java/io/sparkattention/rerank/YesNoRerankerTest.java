package io.sparkattention.rerank;

import static io.sparkattention.rerank.Queries.query;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.text.Tokenizer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class YesNoRerankerTest {

  private static final Tokenizer TOKENIZER = FakeInstructedModel.TOKENIZER;

  @Test
  void theScoreIsHowMuchLikelierYesIs() {
    RerankQuery query = query("q", "why", "a", "b", "c");
    AnswerTokens answers = AnswerTokens.find(List.of("yes", "Yes"), List.of("no", "No"), TOKENIZER);
    FakeInstructedModel model = new FakeInstructedModel();
    List<RankedCandidate> odds = rank(model, "yes-no", query);
    List<RankedCandidate> shares = rank(model, "yes-no:score=probability", query);
    assertThat(model.judged).hasSize(2);
    for (int i = 0; i < 3; i++) {
      String passage = query.candidates().get(number(odds.get(i))).text();
      String prompt =
          model.judged.get(0).stream()
              .filter(text -> text.contains("Passage: " + passage + "\n"))
              .findFirst()
              .orElseThrow();
      double[] logs =
          model.next(List.of(TOKENIZER.encode(prompt).ids()), answers.all()).get(0).value();
      double yes = sum(logs, 0, answers.yes().length);
      double no = sum(logs, answers.yes().length, logs.length);
      assertThat(odds.get(i).score()).isCloseTo(Math.log(yes / no), within(1e-12));
      assertThat(shares.get(i).score()).isCloseTo(yes / (yes + no), within(1e-12));
      Answer answer = odds.get(i).answer();
      assertThat(answer.meanLogProbability()).isCloseTo(Math.log(yes + no), within(1e-12));
      assertThat(answer.tokens()).isNull();
      assertThat(answer.finishReason()).isNull();
      assertThat(odds.get(i).tokens()).isEqualTo(TOKENIZER.encode(prompt).length());
    }
  }

  @Test
  void aPromptThatIsTooLongLosesTheEndOfItsPassageOnly() {
    String passage = "x".repeat(500);
    FakeInstructedModel roomy = new FakeInstructedModel();
    RankedCandidate whole = rank(roomy, "yes-no", query("q", "why is it so", passage)).get(0);
    FakeInstructedModel narrow = new FakeInstructedModel(whole.tokens() - 100 + 1, prompt -> "");
    RankedCandidate cut = rank(narrow, "yes-no", query("q", "why is it so", passage)).get(0);
    assertThat(whole.truncated()).isFalse();
    assertThat(cut.truncated()).isTrue();
    assertThat(cut.tokens()).isEqualTo(whole.tokens() - 100);
    assertThat(narrow.judged.get(0).get(0))
        .isEqualTo(roomy.judged.get(0).get(0).replace(passage, passage.substring(100)));
    RankedCandidate short5 =
        rank(roomy, "yes-no:passage-tokens=5", query("q", "why is it so", passage)).get(0);
    assertThat(short5.truncated()).isTrue();
    assertThat(short5.tokens()).isEqualTo(whole.tokens() - 495);
  }

  @Test
  void aQueryThatLeavesNoRoomIsAnError() {
    FakeInstructedModel narrow = new FakeInstructedModel(300, prompt -> "");
    List<Ranking> rankings =
        new YesNoReranker(
                "yes-no/v1", List.of("yes"), List.of("no"), YesNoReranker.Score.LOG_ODDS, 0)
            .rerank(
                List.of(query("q0", "why".repeat(200), "a"), query("q1", "why", "a")),
                RerankContext.empty().with(narrow));
    assertThat(rankings.get(0).candidates().get(0).error())
        .contains("tokens without its {passage}, but there is room for 299");
    assertThat(rankings.get(1).candidates().get(0).failed()).isFalse();
  }

  @Test
  void scoresThatAreNoNumbersAreErrors() {
    List<RankedCandidate> ranked =
        rank(new FakeInstructedModel(), "yes-no", query("q", "why", "nan", "a", "poison"));
    assertThat(ranked).extracting(RankedCandidate::passageId).containsExactly("p1", "p0", "p2");
    assertThat(ranked.get(1).error()).contains("NaN, which is no finite number");
    assertThat(ranked.get(2).error()).isEqualTo("cannot read it");
  }

  @Test
  void answersAreSingleTokensInAnySpelling() {
    int yes = id("x\nyes");
    int bigYes = id("x\nYes");
    int no = id("x\nno");
    int spacedNo = id("x no");
    AnswerTokens found = AnswerTokens.find(List.of("yes", "Yes"), List.of("no"), TOKENIZER);
    assertThat(found.yes()).containsExactlyInAnyOrder(yes, bigYes);
    assertThat(found.no()).containsExactlyInAnyOrder(no, spacedNo);
    assertThat(found.all()).hasSize(4).startsWith(found.yes());
    assertThat(AnswerTokens.find(List.of("yes", "affirmative"), List.of("No"), TOKENIZER).yes())
        .containsExactly(yes);
  }

  @Test
  void wordsThatAreNoTokensAreRefusedBeforeAnyTextIsRead() {
    RerankContext context = RerankContext.empty().with(new FakeInstructedModel());
    assertThatThrownBy(
            () ->
                Rerankers.REGISTRY.parse("yes-no:yes=[jawohl,oui],no=mitnichten").require(context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the model cannot answer yes or no: yes=jawohl,oui is no single token of its tokenizer:"
                + " name words that are, by yes=[…]; no=mitnichten is no single token of its"
                + " tokenizer: name words that are, by no=[…]");
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("yes-no:yes=no").require(context))
        .hasMessageContaining("share a token");
    assertThatThrownBy(
            () ->
                Rerankers.REGISTRY.parse("cascade:stages=[bm25,[yes-no:yes=oui]]").require(context))
        .hasMessageContaining("yes=oui is no single token");
    Rerankers.REGISTRY.parse("yes-no").require(context);
    assertThatThrownBy(() -> Rerankers.REGISTRY.parse("yes-no:yes=[],prompt=listwise/v1"))
        .hasMessageContaining("name at least one word each")
        .hasMessageContaining("prompt listwise/v1 does not suit: it lacks {passage}");
  }

  private static double sum(double[] logs, int from, int to) {
    return Arrays.stream(logs, from, to).map(Math::exp).sum();
  }

  private static int number(RankedCandidate candidate) {
    return Integer.parseInt(candidate.passageId().substring(1));
  }

  private static int id(String text) {
    int[] ids = TOKENIZER.encodeContent(text).ids();
    return ids[ids.length - 1];
  }

  private static List<RankedCandidate> rank(
      FakeInstructedModel model, String spec, RerankQuery query) {
    return Rerankers.REGISTRY
        .parse(spec)
        .rerank(List.of(query), RerankContext.empty().with(model))
        .get(0)
        .candidates();
  }
}
