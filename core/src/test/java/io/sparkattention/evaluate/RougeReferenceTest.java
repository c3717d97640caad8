package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.model.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ROUGE against rouge-score. */
class RougeReferenceTest {

  @ParameterizedTest
  @CsvSource({
    "rouge1, stemmed",
    "rouge2, stemmed",
    "rouge3, stemmed",
    "rougeL, stemmed",
    "rougeLsum, stemmed",
    "rouge1, plain",
    "rouge2, plain",
    "rouge3, plain",
    "rougeL, plain",
    "rougeLsum, plain"
  })
  void everyNumberIsThatOfRougeScore(String type, String tokenizer) {
    JsonNode golden = GoldenValues.json("rouge.json");
    List<TextItem> items = new ArrayList<>();
    for (JsonNode item : golden) {
      String prediction = item.get("prediction").asText();
      items.add(
          new TextItem("" + items.size(), prediction, GoldenValues.texts(item.get("references"))));
    }
    TextMetric metric = (TextMetric) Metrics.parse(type + ":tokenizer=" + tokenizer);

    List<Outcome<double[]>> scores = metric.score(items, EvaluateContext.empty());

    assertThat(scores).hasSize(golden.size()).hasSizeGreaterThan(60);
    for (int i = 0; i < golden.size(); i++) {
      double[] expected =
          GoldenValues.numbers(golden.get(i).get("scores").get(tokenizer).get(type));
      double[] scored = scores.get(i).value(); // f, precision, recall
      assertThat(new double[] {scored[1], scored[2], scored[0]})
          .as("%s of %s", type, items.get(i))
          .containsExactly(expected, within(1e-12));
    }
  }
}
