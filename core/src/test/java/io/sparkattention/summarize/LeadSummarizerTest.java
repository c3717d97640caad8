package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LeadSummarizerTest {

  @Test
  void firstSentencesAreKeptWithoutAModel() {
    LeadSummarizer lead = new LeadSummarizer(2);
    assertThat(lead.needs()).isEmpty();
    Summary summary =
        lead.summarize(
                List.of("One. Two. Three."), SummarizeContext.withoutModel(new PeriodSplitter()))
            .get(0)
            .value();
    assertThat(summary)
        .isEqualTo(
            new Summary(
                "One. Two.",
                List.of(
                    new SummarySentence(0, 0, 4, 1, "One."),
                    new SummarySentence(1, 5, 9, 0.5, "Two.")),
                0,
                0,
                0,
                false));
  }
}
