package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Tests and percentiles against SciPy and NumPy. */
class SignificanceReferenceTest {

  private static final JsonNode GOLDEN = GoldenValues.json("statistics.json");

  @Test
  void pOfBothTestsIsThatOfScipy() {
    for (JsonNode test : GOLDEN.get("tests")) {
      double[] differences = GoldenValues.numbers(test.get("differences"));
      PairedComparison compared = PairedTest.DEFAULT.compare(differences);
      String of = Arrays.toString(differences);
      assertThat(compared.exact()).as(of).isTrue();
      assertThat(compared.tP()).as(of).isCloseTo(test.get("t_p").asDouble(), within(1e-9));
      assertThat(compared.randomizationP())
          .as(of)
          .isCloseTo(test.get("sign_flip_p").asDouble(), within(1e-12));
    }
  }

  @Test
  void percentilesAreThoseOfNumpy() {
    for (JsonNode each : GOLDEN.get("percentiles")) {
      double[] values = GoldenValues.numbers(each.get("values"));
      Arrays.sort(values);
      each.get("percentiles")
          .properties()
          .forEach(
              q ->
                  assertThat(Bootstrap.percentile(values, Double.parseDouble(q.getKey())))
                      .isCloseTo(q.getValue().asDouble(), within(1e-12)));
    }
  }
}
