package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RougeTest {

  private static Outcome<double[]> score(String spec, TextItem item) {
    TextMetric metric = (TextMetric) Metrics.parse(spec);
    return metric.score(List.of(item), EvaluateContext.empty()).get(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rouge1", "rouge2", "rougeL", "rougeLsum"})
  void emptyTextsScoreZeroAndAMissingReferenceNothing(String spec) {
    for (TextItem item :
        List.of(
            new TextItem("i", "", "a reference here"),
            new TextItem("i", null, "a reference here"),
            new TextItem("i", "a prediction here", ""),
            new TextItem("i", "...", "\n\n"))) {
      assertThat(score(spec, item).value()).as("%s of %s", spec, item).containsExactly(0, 0, 0);
    }
    String none = null;
    assertThat(score(spec, new TextItem("i", "text", none)).error()).contains("no reference");
  }

  @ParameterizedTest
  @CsvSource({
    "今天天气很好, 今天天气不好, 0.8333333333333334",
    "Привет мир, привет всем, 0.5",
    "शुभ प्रभात, शुभ रात्रि, 0.5",
    "İki KÖPEK, iki köpek, 1"
  })
  void wordsOfOtherScriptsCountWithTheUnicodeTokenizer(
      String prediction, String reference, double f) {
    TextItem item = new TextItem("i", prediction, reference);
    assertThat(score("rouge1:tokenizer=unicode", item).value()[0]).isCloseTo(f, within(1e-12));
  }

  @Test
  void halfASurrogatePairLosesNoWords() {
    assertThat(RougeTokenizer.UNICODE.words("two words\ud83d")).containsExactly("two", "words");
  }

  @Test
  void sentencesAreLinesUnlessTheyAreToBeFound() {
    TextItem item = new TextItem("i", "B came. A went.", "A went. B came.");
    assertThat(score("rougeLsum", item).value()[0]).isEqualTo(0.5);
    assertThat(score("rougeLsum:sentences=found", item).value()[0]).isEqualTo(1);
  }

  @Test
  void theReferenceWithTheHighestFCounts() {
    TextItem item = new TextItem("i", "a b c", List.of("a x y", "a b c d", "z"));
    assertThat(score("rouge1", item).value())
        .containsExactly(new double[] {6.0 / 7, 1, 0.75}, within(1e-12));
  }

  @Test
  void longTextsNeedLittleMemory() {
    String text = "word ".repeat(8000);
    assertThat(score("rougeLsum", new TextItem("i", text, text)).value()[0]).isEqualTo(1);
  }
}
