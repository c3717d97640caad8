package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LeadSummarizerTest {

  private static final LeadSummarizer LEAD = new LeadSummarizer();

  @Test
  void firstSentencesAreKeptWithoutAModel() {
    assertThat(LEAD.needs()).isEmpty();
    assertThat(lead(Source.of("One. Two. Three."), "sentences=2"))
        .isEqualTo(
            new Summary(
                "One. Two.",
                List.of(
                    new SummarySentence(0, 0, 0, 4, 1, "One."),
                    new SummarySentence(0, 1, 5, 9, 0.5, "Two.")),
                0,
                0,
                0,
                false));
  }

  @Test
  void firstSentencesOfAllDocumentsComeBeforeTheSecondOnes() {
    Source group = Source.ofGroup(List.of("A one. A two.", "B one. B two.", "C one."));
    assertThat(lead(group, "sentences=2").text()).isEqualTo("A one. B one.");
    assertThat(lead(group, "sentences=4").sentences())
        .containsExactly(
            new SummarySentence(0, 0, 0, 6, 1, "A one."),
            new SummarySentence(0, 1, 7, 13, 0.5, "A two."),
            new SummarySentence(1, 0, 0, 6, 1, "B one."),
            new SummarySentence(2, 0, 0, 6, 1, "C one."));
  }

  @Test
  void sentencesThatDoNotFitArePassedOver() {
    assertThat(lead(Source.of("A very long first sentence. Short. Not so short. End."), "words=3"))
        .extracting(Summary::text)
        .isEqualTo("Short. End.");
  }

  private static Summary lead(Source source, String budget) {
    return LEAD.summarize(
            List.of(source),
            Budget.parse(budget),
            SummarizeContext.withoutModel(new PeriodSplitter()))
        .get(0)
        .value();
  }
}
