package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryFocusedSummarizerTest {

  private static final String TEXT = "Mice eat cheese. The moon is far. Cats sleep. Mice sleep.";
  private static final QueryFocusedSummarizer QUERY_FOCUSED = new QueryFocusedSummarizer(0.7);

  private final FakeEmbedder embedder = new FakeEmbedder();
  private final SummarizeContext context =
      SummarizeContext.withoutModel(new PeriodSplitter()).withEmbedder(embedder);

  @Test
  void theQueryDecides() {
    assertThat(best("the moon", 1)).containsExactly("The moon is far.");
    assertThat(best("cats sleep", 1)).containsExactly("Cats sleep.");
    assertThat(best("cats sleep", 2)).containsExactly("Cats sleep.", "Mice sleep.");
  }

  @Test
  void scoresAreCosinesToTheQuery() {
    Source source = Source.of(TEXT).withQuery("Mice eat cheese");
    Summary summary = StrategyTexts.summarize("query-focused", "sentences=4", source, context);
    assertThat(summary.sentences().get(0).score()).isCloseTo(1, within(1e-6));
    assertThat(summary.tokensIn()).isEqualTo(5 + 5 + 6 + 4 + 4); // the query's tokens too
    assertThat(summary.chunks()).isEqualTo(5);
  }

  @Test
  void queriesAndSentencesAreEmbeddedAsWhatTheyAre() {
    List<Source> sources =
        List.of(Source.of(TEXT).withQuery("mice"), Source.of("One. Two.").withQuery("two"));
    QUERY_FOCUSED.summarize(sources, Budget.DEFAULT, context);
    assertThat(embedder.roles).containsExactly(Role.QUERY, Role.PASSAGE);
    assertThat(embedder.batches).containsExactly(2, 6);
  }

  @Test
  void aMissingOrBadQueryIsAnErrorOfItsRow() {
    List<Source> sources =
        List.of(
            Source.of(TEXT).withQuery("mice"),
            Source.of(TEXT),
            Source.of(TEXT).withQuery(" \n"),
            Source.of(TEXT).withQuery("#throws"),
            Source.of(TEXT).withQuery("#nan"));
    assertThat(
            QUERY_FOCUSED.summarize(sources, Budget.DEFAULT, context).stream().map(Outcome::error))
        .containsExactly(
            null,
            "there is no query, which this strategy looks for: give one to each row",
            "there is no query, which this strategy looks for: give one to each row",
            "the query: cannot read this",
            "the model's vector of the query holds NaN or an infinite number");
  }

  private List<String> best(String query, int count) {
    return StrategyTexts.texts(
        StrategyTexts.summarize(
            "query-focused:lambda=1",
            "sentences=" + count,
            Source.of(TEXT).withQuery(query),
            context));
  }
}
