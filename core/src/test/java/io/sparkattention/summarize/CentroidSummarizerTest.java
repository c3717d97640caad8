package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.TextEmbedder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CentroidSummarizerTest {

  /** Vectors on a circle, so that everything can be computed by hand. */
  private static final Map<String, Integer> DEGREES =
      Map.of("East.", 0, "North east.", 45, "North.", 90, "About east.", 5);

  private static final SummarizeContext CONTEXT =
      SummarizeContext.withoutModel(new PeriodSplitter()).withEmbedder(new Compass());

  private static final class Compass implements TextEmbedder {
    @Override
    public List<Embedding> embed(List<String> texts, Role role) {
      return texts.stream().map(Compass::embed).toList();
    }

    private static Embedding embed(String text) {
      double angle = Math.toRadians(DEGREES.get(text));
      int length = 3; // of the vectors, which must not matter
      float[] vector = {(float) (length * Math.cos(angle)), (float) (length * Math.sin(angle))};
      return new Embedding(vector, 4, 1, false);
    }

    @Override
    public int dimension() {
      return 2;
    }
  }

  @Test
  void sentencesNearestToTheMeanAreKept() {
    Summary all =
        StrategyTexts.summarize(
            "centroid", "sentences=3", Source.of("East. North east. North."), CONTEXT);
    // the mean of 0, 45 and 90 degrees points to 45
    assertThat(all.sentences().get(0).score()).isCloseTo(Math.sqrt(0.5), within(1e-6));
    assertThat(all.sentences().get(1).score()).isCloseTo(1, within(1e-6));
    assertThat(all.sentences().get(2).score()).isCloseTo(Math.sqrt(0.5), within(1e-6));
    assertThat(all.tokensIn()).isEqualTo(12);
    assertThat(best("centroid", "sentences=1", "East. North east. North."))
        .containsExactly("North east.");
  }

  @Test
  void repetitionsArePassedOver() {
    // the mean points to 16.2 degrees: cosines 0.96, 0.98, 0.98, 0.28 to it
    String text = "East. About east. About east. North.";
    assertThat(best("centroid:lambda=1", "sentences=2", text))
        .containsExactly("About east.", "About east.");
    // second pick: 0.5 * 0.28 - 0.5 * 0.09 = 0.10 against 0.5 * 0.96 - 0.5 * 0.996 = -0.02
    assertThat(best("centroid:lambda=0.5", "sentences=2", text))
        .containsExactly("About east.", "North.");
  }

  @Test
  void meanOfAGroupIsThatOfAllItsDocuments() {
    Summary summary =
        StrategyTexts.summarize(
            "centroid",
            "sentences=1",
            Source.ofGroup(List.of("East.", "North east. North.")),
            CONTEXT);
    assertThat(summary.sentences()).hasSize(1);
    assertThat(summary.sentences().get(0).document()).isEqualTo(1);
    assertThat(summary.sentences().get(0).index()).isZero();
    assertThat(summary.text()).isEqualTo("North east.");
  }

  @Test
  void aBadOptionIsRefused() {
    assertThatThrownBy(() -> Summarizers.REGISTRY.parse("centroid:lambda=2"))
        .hasMessageContaining("lambda must be 0 to 1, but is 2.0");
  }

  private static List<String> best(String spec, String budget, String text) {
    return StrategyTexts.texts(StrategyTexts.summarize(spec, budget, Source.of(text), CONTEXT));
  }
}
