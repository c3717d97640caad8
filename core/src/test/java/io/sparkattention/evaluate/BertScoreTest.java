package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class BertScoreTest {

  private static final TextMetric EQUAL = (TextMetric) Metrics.parse("bertscore");
  private static final TextMetric IDF = (TextMetric) Metrics.parse("bertscore:weights=idf");

  @Test
  void everyNumberIsThatOfBertScore() {
    JsonNode pairs = GoldenValues.json("bertscore.json").get("pairs");
    List<TextItem> items = new ArrayList<>();
    for (JsonNode pair : pairs) {
      String candidate = pair.get("candidate").asText();
      items.add(new TextItem("" + items.size(), candidate, pair.get("reference").asText()));
    }
    ExecutorService pool = Executors.newSingleThreadExecutor();
    Path directory = Path.of("src", "test", "resources", "golden", "bert");
    try (LoadedModel model = LoadedModel.load(directory, ModelSpec.of("bert"), pool)) {
      List<String> references = items.stream().map(item -> item.references().get(0)).toList();
      TokenFrequencies all = TokenFrequencies.count(references, model.tokenizer());
      TokenFrequencies parts =
          TokenFrequencies.count(references.subList(0, 4), model.tokenizer())
              .plus(TokenFrequencies.count(references.subList(4, 9), model.tokenizer()));
      assertThat(parts).isEqualTo(all);
      EvaluateContext context = EvaluateContext.empty().with(model.tokenEmbedder()).with(all);
      List<Outcome<double[]>> equal = EQUAL.score(items, context);
      List<Outcome<double[]>> idf = IDF.score(items, context);
      for (int i = 0; i < items.size(); i++) {
        assertPrecisionRecallF(equal.get(i), pairs.get(i).get("equal"), items.get(i));
        assertPrecisionRecallF(idf.get(i), pairs.get(i).get("idf"), items.get(i));
      }
    } finally {
      pool.shutdown();
    }
  }

  private static void assertPrecisionRecallF(
      Outcome<double[]> outcome, JsonNode expected, TextItem item) {
    double[] scored = outcome.value();
    assertThat(new double[] {scored[1], scored[2], scored[0]})
        .as(item.toString())
        .containsExactly(GoldenValues.numbers(expected), within(1e-5));
  }

  @Test
  void textsWithoutTokensScoreNothing() {
    assertThat(score(EQUAL, "", "words")).containsExactly(0, 0, 0);
    assertThat(score(EQUAL, "words", "")).containsExactly(0, 0, 0);
    assertThat(score(EQUAL, null, "words")).containsExactly(0, 0, 0);
  }

  @Test
  void theBestOfSeveralReferencesCounts() {
    TextItem both = new TextItem("i", "same words", List.of("other text", "same words"));
    assertThat(EQUAL.score(List.of(both), WordModel.context()).get(0).value())
        .containsExactly(new double[] {1, 1, 1}, within(1e-6));
  }

  @Test
  void itemsThatCannotBeScoredCostOnlyThemselves() {
    List<Outcome<double[]>> scores =
        EQUAL.score(
            List.of(
                new TextItem("a", "good", "good"),
                new TextItem("b", "poison", "good"),
                new TextItem("c", "good", List.of()),
                new TextItem("d", "good", "good")),
            WordModel.context());
    assertThat(scores).extracting(Outcome::failed).containsExactly(false, true, true, false);
    assertThat(scores.get(1).error()).contains("not finite");
    assertThat(scores.get(2).error()).contains("no reference");
  }

  @Test
  void rareTokensCountMoreAndTokensOfNoWeightCountEqually() {
    TokenFrequencies common = new TokenFrequencies(9, Map.of("common".hashCode(), 9L));
    EvaluateContext context = EvaluateContext.empty().with(WordModel.tokens()).with(common);
    TextItem item = new TextItem("i", "common rare", "rare");
    double recallOfBoth = IDF.score(List.of(item), context).get(0).value()[1];
    assertThat(recallOfBoth).isCloseTo(1, within(1e-6)); // precision: common weighs nothing
    TextItem weightless = new TextItem("i", "common", "common rare");
    assertThat(IDF.score(List.of(weightless), context).get(0).value()[1])
        .isCloseTo(1, within(1e-6));
  }

  @Test
  void whatIsMissingInTheContextIsSaid() {
    List<TextItem> items = List.of(new TextItem("i", "a", "a"));
    assertThatThrownBy(() -> EQUAL.score(items, EvaluateContext.empty()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("embeds tokens");
    assertThatThrownBy(() -> IDF.score(items, EvaluateContext.empty().with(WordModel.tokens())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("count them");
  }

  private static double[] score(TextMetric metric, String prediction, String reference) {
    return metric
        .score(List.of(new TextItem("i", prediction, reference)), WordModel.context())
        .get(0)
        .value();
  }
}
