package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sparkattention.OneThread;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.decoder.GoldenText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Texts that cannot be put to a model, or that a strategy fails at, cost only their sources. */
@ExtendWith(OneThread.class)
class BadTasksTest {

  /** One text for each source, but none for sources that say so. */
  private record Picky() implements AbstractiveSummarizer {

    @Override
    public Rounds rounds() {
      return Rounds.NARROW;
    }

    @Override
    public List<WritingTask.Kind> kinds() {
      return List.of(WritingTask.Kind.SUMMARIZE);
    }

    @Override
    public void requireFits(SummaryWriter writer, Budget budget) {}

    @Override
    public Draft begin(Source source, Budget budget, SummarizeContext context) {
      return Draft.of(List.of(new SourceChunk(0, 0, 1, 1, false)));
    }

    @Override
    public List<WritingTask> next(Draft draft, Source source, Budget budget, SummaryWriter writer) {
      String text = source.texts().get(0);
      if (text.startsWith("bad")) {
        throw new IllegalStateException("not this one");
      }
      return draft.isNew() ? List.of(task(text, text.startsWith("long") ? 90 : 6)) : List.of();
    }
  }

  @Test
  void onlyTheirSourcesFail() {
    try (WrittenSummaries tiny = new WrittenSummaries("llama", 80)) {
      List<Source> sources =
          List.of(
              Source.of("One."), Source.of("bad one."), Source.of("long one."), Source.of("Two."));
      var outcomes = new Picky().summarize(sources, Budget.DEFAULT, tiny.context);
      assertThat(outcomes.get(1).error()).isEqualTo("not this one");
      assertThat(outcomes.get(2).error())
          .isEqualTo(
              "text 0: 90 new tokens leave no room for a prompt among the 80 that the model reads:"
                  + " ask for fewer");
      for (int i : new int[] {0, 3}) {
        var alone = new Picky().summarize(sources.subList(i, i + 1), Budget.DEFAULT, tiny.context);
        assertThat(outcomes.get(i).value().text()).isEqualTo(alone.get(0).value().text());
      }
      List<Outcome<WrittenStep>> steps =
          tiny.writer.write(List.of(task("x", 90), task("y", 6), task("z", 90)));
      assertThat(steps.stream().map(Outcome::failed).toList()).containsExactly(true, false, true);
    }
  }

  /** A model that reads little for the summaries it writes. */
  @Test
  void whatIsCompressedIsReadAsAWholeOrTold() {
    var options = JsonNodeFactory.instance.objectNode().put("min_length", 40);
    try (WrittenSummaries tiny =
        new WrittenSummaries(GoldenText.directory("bart"), ModelSpec.of("bart"), options)) {
      Summary summary =
          new IncrementalUpdateSummarizer(0)
              .summarize(
                  List.of(Source.of(WrittenSummaries.TEXT)),
                  Budget.parse("tokens=40"),
                  tiny.context)
              .get(0)
              .value();
      List<WrittenStep> steps = summary.written().get().steps();
      int room = tiny.writer.room(WritingTask.Kind.SUMMARIZE, 40);
      assertThat(room).isLessThan(80);
      boolean compressed = false;
      for (WrittenStep step : steps) {
        assertThat(step.tokensOut()).isLessThanOrEqualTo(room);
        if (step.chunks().isEmpty()) {
          compressed = true;
          String read = steps.get(step.steps().get(0)).text();
          assertThat(step.truncated()).isEqualTo(tiny.writer.count(read) > room);
          assertThat(step.tokensOut()).isLessThanOrEqualTo(40);
        }
      }
      assertThat(compressed).isTrue();
      assertThat(steps.get(steps.size() - 1).tokensOut()).isLessThanOrEqualTo(40);
    }
  }

  private static WritingTask task(String text, int newTokens) {
    return new WritingTask(
        WritingTask.Kind.SUMMARIZE, 0, List.of(0), List.of(), text, "", newTokens);
  }
}
