package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.Outcome;
import io.sparkattention.text.Tokens;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttentionSalienceSummarizerTest {

  private static final String SPEC = "attention-salience:lambda=1";

  /** Tokens of three code points; the k-th receives k. */
  private static final TokenAttention RISING =
      texts -> texts.stream().map(AttentionSalienceSummarizerTest::rising).toList();

  private static TokenAttention.Received rising(String text) {
    int n = (text.codePointCount(0, text.length()) + 2) / 3;
    Tokens content = new Tokens(new int[n], new int[n], new int[n], new int[n]);
    double[] received = new double[n];
    for (int i = 0; i < n; i++) {
      content.starts()[i] = 3 * i;
      content.ends()[i] = 3 * i + 3;
      received[i] = i;
    }
    return new TokenAttention.Received(content, received, n + 2, 1);
  }

  private static final SummarizeContext CONTEXT =
      SummarizeContext.withoutModel(new PeriodSplitter()).withTokenAttention(RISING);

  @Test
  void aSentenceScoresTheMeanOfTheTokensThatBeginInIt() {
    // code points: "Abcd." 0-5, "Efghij." 6-13, "K." 14-16; tokens begin at 0, 3, 6, 9, 12, 15
    Summary summary =
        StrategyTexts.summarize(SPEC, "sentences=3", Source.of("Abcd. Efghij. K."), CONTEXT);
    assertThat(summary.sentences())
        .extracting(SummarySentence::score)
        .containsExactly((0 + 1) / 2.0, (2 + 3 + 4) / 3.0, 5.0);
    assertThat(summary.tokensIn()).isEqualTo(8);
    assertThat(summary.tokensOut()).isEqualTo(6);
    assertThat(summary.chunks()).isEqualTo(1);
    assertThat(
            StrategyTexts.summarize(SPEC, "sentences=1", Source.of("Abcd. Efghij. K."), CONTEXT)
                .text())
        .isEqualTo("K.");
  }

  @Test
  void aSentenceWithoutATokenScoresNothing() {
    Summary summary =
        StrategyTexts.summarize(SPEC, "sentences=9", Source.of("Abcdef.A.Bcdefgh."), CONTEXT);
    // code points: 0-7, 7-9, 9-17; tokens begin at 0, 3, 6, 9, ...
    assertThat(summary.sentences().get(1).score()).isZero();
  }

  @Test
  void documentsOfAGroupAreReadEachForItself() {
    Source group = Source.ofGroup(List.of("Abcd. Efghij. K.", "Abcd. Efghij. K."));
    Summary summary = StrategyTexts.summarize(SPEC, "sentences=6", group, CONTEXT);
    assertThat(summary.sentences().stream().map(SummarySentence::score))
        .containsExactly(0.5, 3.0, 5.0, 0.5, 3.0, 5.0);
    assertThat(summary.chunks()).isEqualTo(2);
  }

  @Test
  void allDocumentsAreReadTogether() {
    FakeTokenAttention attention = new FakeTokenAttention();
    List<Source> sources =
        List.of(Source.of("A b. C."), Source.ofGroup(List.of("D.", "E.")), Source.of("F."));
    Summarizers.REGISTRY
        .parse(SPEC)
        .summarize(sources, Budget.DEFAULT, CONTEXT.withTokenAttention(attention));
    assertThat(attention.batches).containsExactly(4);
  }

  @Test
  void wordsThatWereSaidArePassedOver() {
    String text = "Nothing was said. Winter storms rage. Winter storms rage. Nothing more here.";
    TokenAttention storms =
        texts -> texts.stream().map(AttentionSalienceSummarizerTest::storms).toList();
    SummarizeContext context = CONTEXT.withTokenAttention(storms);
    assertThat(
            StrategyTexts.texts(
                StrategyTexts.summarize(SPEC, "sentences=2", Source.of(text), context)))
        .containsExactly("Winter storms rage.", "Winter storms rage.");
    assertThat(
            StrategyTexts.texts(
                StrategyTexts.summarize(
                    "attention-salience:lambda=0.4", "sentences=2", Source.of(text), context)))
        .containsExactly("Nothing was said.", "Winter storms rage.");
  }

  private static TokenAttention.Received storms(String text) {
    TokenAttention.Received rising = rising(text);
    double[] received = rising.received().clone();
    Arrays.setAll(received, i -> i * 3 >= 18 && i * 3 < 57 ? 2 : 1);
    return new TokenAttention.Received(rising.content(), received, rising.tokens(), 1);
  }

  @Test
  void attentionWithoutNumbersIsAnErrorOfTheRow() {
    List<Outcome<Summary>> outcomes =
        Summarizers.REGISTRY
            .parse(SPEC)
            .summarize(
                List.of(Source.of("Fine. A #nan here."), Source.of("Fine.")),
                Budget.DEFAULT,
                CONTEXT.withTokenAttention(new FakeTokenAttention()));
    assertThat(outcomes.stream().map(Outcome::error))
        .containsExactly("the score of sentence 1 is NaN: the model gave no number", null);
    assertThat(outcomes.get(1).value().sentences().get(0).score()).isCloseTo(1, within(1.0));
  }
}
