package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Role;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LexRankSummarizerTest {

  private static final LexRankSummarizer LEXRANK = parse("lexrank");
  private static final Budget TWO = Budget.sentences(2);

  private final FakeEmbedder embedder = new FakeEmbedder();
  private final SummarizeContext context =
      SummarizeContext.withoutModel(new PeriodSplitter()).withEmbedder(embedder);

  @Test
  void modelIsNeededAndAskedOnceForAllDocuments() {
    assertThat(LEXRANK.needs()).containsExactly(ModelRole.EMBEDDER);
    LEXRANK.summarize(sources("A b. C d. E.", "F g. H.", "I."), TWO, context);
    assertThat(embedder.batches).containsExactly(6);
    assertThat(embedder.roles).containsExactly(Role.SYMMETRIC);
  }

  @Test
  void withoutAModelItRefuses() {
    SummarizeContext bare = SummarizeContext.withoutModel(new PeriodSplitter());
    assertThatThrownBy(() -> LEXRANK.summarize(sources("A."), TWO, bare))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no model that embeds text is loaded")
        .hasMessageContaining("lead");
  }

  @Test
  void centralSentenceIsChosenAndItsRepetitionIsNot() {
    String text =
        "Quartz. Rain falls on hills. Rain falls on hills. Hills rain. Falls on rain. Zebra.";
    assertThat(best("lexrank", 1, text)).containsExactly("Rain falls on hills.");
    assertThat(best("lexrank:lambda=1", 2, text))
        .containsExactly("Rain falls on hills.", "Rain falls on hills.");
    assertThat(best("lexrank:lambda=0.5", 2, text)).doesNotHaveDuplicates().hasSize(2);
  }

  @Test
  void scoresOfAllSentencesSumToOne() {
    Summary summary =
        LEXRANK
            .summarize(sources("Sun and moon. Moon and stars. Tea."), Budget.sentences(9), context)
            .get(0)
            .value();
    assertThat(summary.sentences().stream().mapToDouble(SummarySentence::score).sum())
        .isCloseTo(1, within(1e-9));
  }

  @Test
  void failingDocumentCostsOnlyItself() {
    List<Outcome<Summary>> outcomes =
        LEXRANK.summarize(
            sources("Good one.", "Some #throws here. Fine.", "Fine. A #nan here.", "Good two."),
            TWO,
            context);
    assertThat(outcomes.stream().map(Outcome::error))
        .containsExactly(
            null,
            "cannot read this",
            "the model's vector of sentence 1 holds NaN or an infinite number",
            null);
  }

  @Test
  void leftOutTextIsTold() {
    Summary cut =
        parse("lexrank:max-sentences=3")
            .summarize(sources("One. Two. Three. Four."), Budget.DEFAULT, context)
            .get(0)
            .value();
    assertThat(cut.truncated()).isTrue();
    assertThat(cut.sentences()).extracting(SummarySentence::index).containsExactly(0, 1, 2);
    assertThat(embedder.batches).containsExactly(3);
    Summary inside = summary("A #truncated one. Two.");
    assertThat(inside.truncated()).isTrue();
  }

  @Test
  void everyBadOptionIsNamed() {
    assertThatThrownBy(() -> parse("lexrank:threshold=1,damping=0,lambda=2,max-sentences=0"))
        .hasMessageContaining("threshold must be at least 0 and below 1, but is 1.0")
        .hasMessageContaining("damping must be 0.01 to 1, but is 0.0")
        .hasMessageContaining("lambda must be 0 to 1, but is 2.0")
        .hasMessageContaining("max-sentences must be at least 1, but is 0");
    assertThatThrownBy(() -> parse("lexrank:damping=NaN")).hasMessageContaining("damping");
    assertThatThrownBy(() -> parse("lexrank:weight=degree"))
        .hasMessageContaining("'degree' is none of cosine, unit");
  }

  private Summary summary(String text) {
    return LEXRANK.summarize(sources(text), TWO, context).get(0).value();
  }

  private List<String> best(String spec, int count, String text) {
    return parse(spec)
        .summarize(sources(text), Budget.sentences(count), context)
        .get(0)
        .value()
        .sentences()
        .stream()
        .map(SummarySentence::text)
        .toList();
  }

  private static List<Source> sources(String... texts) {
    return Arrays.stream(texts).map(Source::of).toList();
  }

  private static LexRankSummarizer parse(String spec) {
    return (LexRankSummarizer) Summarizers.REGISTRY.parse(spec);
  }
}
