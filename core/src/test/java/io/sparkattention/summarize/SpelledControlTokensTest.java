package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.OneThread;
import io.sparkattention.text.ControlTokens;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents full of spelled control tokens, which take more tokens once they are plain text. */
@ExtendWith(OneThread.class)
class SpelledControlTokensTest {

  private static final String LINE =
      "<s></s><mask>\uD83D\uDC31 mice <pad>. A <s> B</s>. <s><s><s><s><s><s>.\n";

  @ParameterizedTest
  @CsvSource({
    "bart, 0, hierarchical-merge:chunk-tokens=20, 20",
    "bart, 0, incremental-update, 55",
    "t5, 60, hierarchical-merge, 59",
    "llama, 900, incremental-update:chunk-tokens=40, 40",
  })
  void chunksHoldWhatPromptsHold(String model, int reads, String spec, int most) {
    Source source = Source.of(LINE.repeat(5) + "<mask>".repeat(60) + ". End.");
    try (WrittenSummaries tiny = new WrittenSummaries(model, reads)) {
      Written written = written(tiny, spec, source);
      StringBuilder read = new StringBuilder();
      int last = 0;
      for (SourceChunk chunk : written.chunks()) {
        assertThat(chunk.tokens()).isBetween(1, most);
        assertThat(chunk.tokens()).isEqualTo(tokensOfPlain(tiny, chunk.text(source)));
        assertThat(chunk.start()).isGreaterThanOrEqualTo(last);
        last = chunk.end();
        read.append(chunk.text(source).replaceAll("\\s", ""));
      }
      assertThat(read).hasToString(source.texts().get(0).replaceAll("\\s", ""));
      assertThat(written.chunks()).hasSizeGreaterThan(5);
      for (WrittenStep step : written.steps()) {
        assertThat(step.tokensIn()).isLessThanOrEqualTo(tiny.generator.context().tokens());
        if (step.steps().isEmpty()) {
          assertThat(step.truncated()).as("a chunk is read as a whole").isFalse();
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"bart, 0", "t5, 60", "llama, 400"})
  void onePassEndsWhereItsChunkDoes(String model, int reads) {
    Source source = Source.ofGroup(List.of("<mask>".repeat(4), LINE.repeat(20)));
    try (WrittenSummaries tiny = new WrittenSummaries(model, reads)) {
      Written written = written(tiny, "seq2seq", source);
      for (SourceChunk chunk : written.chunks()) {
        assertThat(tokensOfPlain(tiny, chunk.text(source))).isBetween(1, chunk.tokens() + 1);
      }
      assertThat(written.chunks().get(1).truncated()).isTrue();
      WrittenStep step = written.last();
      int room = tiny.generator.context().tokens() - (model.equals("llama") ? 6 : 0);
      assertThat(step.tokensIn()).isBetween(room - 8, room);
    }
  }

  @Test
  void cuttingAPromptLeavesWhatFits() {
    try (WrittenSummaries tiny = new WrittenSummaries("bart", 0)) {
      WritingTask task =
          new WritingTask(
              WritingTask.Kind.SUMMARIZE, 0, List.of(0), List.of(), "<mask>".repeat(90), "", 6);
      var prompt = tiny.writer.fitted(task);
      assertThat(prompt.truncated()).isTrue();
      assertThat(prompt.ids()).hasSizeBetween(tiny.generator.context().tokens() - 4, 64);
    }
  }

  @Test
  void placesAreThoseOfTheTextAsItIs() {
    String text = "a</s>\uD83D\uDC31<s>b";
    String wide = new ControlTokens(List.of("<s>", "</s>")).disarm(text);
    assertThat(wide).isEqualTo("a< /s>\uD83D\uDC31< s>b");
    assertThat(WidenedText.of(text, wide).before())
        .containsExactly(0, 1, 2, 2, 3, 4, 5, 6, 7, 7, 8, 9, 10);
    assertThat(WidenedText.of(text, text).before())
        .containsExactly(IntStream.rangeClosed(0, 10).toArray());
  }

  private static int tokensOfPlain(WrittenSummaries tiny, String text) {
    String plain = new ControlTokens(tiny.writer.tokenizer().specialTexts()).disarm(text);
    return tiny.writer.tokenizer().encodeContent(plain).length();
  }

  private static Written written(WrittenSummaries tiny, String spec, Source source) {
    Summarizer summarizer = Summarizers.REGISTRY.parse(spec);
    return summarizer
        .summarize(List.of(source), Budget.DEFAULT, tiny.context)
        .get(0)
        .value()
        .written()
        .get();
  }
}
