package io.sparkattention.summarize;

import static io.sparkattention.summarize.WrittenSummaries.NEW_TOKENS;
import static io.sparkattention.summarize.WrittenSummaries.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.OneThread;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.text.Sentence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Strategies that have a model write, against plain calls of the model, one text at a time. */
@ExtendWith(OneThread.class)
class AbstractiveSummarizersTest {

  @ParameterizedTest
  @CsvSource({"bart, 0", "t5, 60", "llama, 2000"})
  void onePassReadsWhatFitsAndTellsWhatDoesNot(String model, int reads) {
    try (WrittenSummaries tiny = new WrittenSummaries(model, reads)) {
      NaiveSummaries naive = new NaiveSummaries(tiny);
      Summary summary = summary("seq2seq", tiny, Source.of(TEXT));
      assertThat(summary.text()).isEqualTo(naive.onePass(TEXT));
      SourceChunk chunk = summary.written().get().chunks().get(0);
      int whole = TEXT.codePointCount(0, TEXT.length());
      boolean cut = chunk.end() < whole;
      assertThat(chunk.truncated()).isEqualTo(cut);
      assertThat(summary.truncated()).isEqualTo(cut);
      assertThat(chunk.tokens()).isEqualTo(tiny.writer.count(chunk.text(Source.of(TEXT))));
      WrittenStep step = summary.written().get().last();
      assertThat(step.tokensOut()).isBetween(1, NEW_TOKENS).isEqualTo(summary.tokensOut());
      assertThat(step.meanLogProbability()).isNegative();
      int written = model.equals("llama") ? NEW_TOKENS : 0;
      assertThat(step.tokensIn() + written).isLessThanOrEqualTo(tiny.generator.context().tokens());
      Summary tail = summary("seq2seq", tiny, Source.ofGroup(List.of(TEXT, TEXT, "Last.")));
      assertThat(tail.written().get().chunks()).hasSize(3);
      assertThat(tail.truncated()).isEqualTo(!model.equals("llama"));
    }
  }

  @ParameterizedTest
  @CsvSource({"bart, 0, 20", "t5, 40, 0", "llama, 600, 30"})
  void mergesAreThoseOfPlainCalls(String model, int reads, int chunk) {
    try (WrittenSummaries tiny = new WrittenSummaries(model, reads)) {
      String spec = "hierarchical-merge:chunk-tokens=" + chunk;
      Summary summary = summary(spec, tiny, Source.of(TEXT));
      Written written = summary.written().get();
      assertThat(written.steps().stream().map(WrittenStep::text).toList())
          .isEqualTo(new NaiveSummaries(tiny).merged(TEXT, chunk));
      assertThat(summary.text()).isEqualTo(written.last().text());
      assertChunks(tiny, written.chunks(), chunk);
      assertEachIsReadOnce(written);
      for (WrittenStep step : written.steps()) {
        assertThat(step.tokensIn()).isLessThanOrEqualTo(tiny.generator.context().tokens());
        assertThat(step.tokensOut()).isBetween(1, NEW_TOKENS);
      }
      List<Integer> all = IntStream.range(0, written.chunks().size()).boxed().toList();
      assertThat(written.statements()).allSatisfy(each -> assertThat(each.chunks()).isEqualTo(all));
      assertThat(written.statements().stream().map(Written.Statement::text).toList())
          .isEqualTo(
              new PeriodSplitter().split(summary.text()).stream().map(Sentence::text).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({"bart, 0, 20", "t5, 60, 30", "llama, 900, 40"})
  void updatesAreThoseOfPlainCalls(String model, int reads, int chunk) {
    try (WrittenSummaries tiny = new WrittenSummaries(model, reads)) {
      String spec = "incremental-update:chunk-tokens=" + chunk;
      Summary summary = summary(spec, tiny, Source.of(TEXT));
      Written written = summary.written().get();
      assertThat(written.steps().stream().map(WrittenStep::text).toList())
          .isEqualTo(new NaiveSummaries(tiny).updated(TEXT, chunk));
      assertChunks(tiny, written.chunks(), chunk);
      assertEachIsReadOnce(written);
      assertThat(written.last().tokensOut()).isBetween(1, NEW_TOKENS);
      assertThat(written.statements())
          .allSatisfy(each -> assertThat(each.chunks()).hasSameSizeAs(written.chunks()));
    }
  }

  /** Chunks are verbatim, in order, within their budget, and together hold every sentence. */
  private static void assertChunks(WrittenSummaries tiny, List<SourceChunk> chunks, int budget) {
    int most = budget > 0 ? budget : tiny.generator.context().tokens();
    int last = 0;
    StringBuilder words = new StringBuilder();
    for (SourceChunk chunk : chunks) {
      String text = chunk.text(Source.of(TEXT));
      assertThat(chunk.start()).isGreaterThanOrEqualTo(last);
      assertThat(chunk.tokens()).isBetween(1, most).isEqualTo(tiny.writer.count(text));
      assertThat(chunk.truncated()).isFalse();
      words.append(text.replaceAll("\\s", ""));
      last = chunk.end();
    }
    assertThat(words).hasToString(TEXT.replaceAll("\\s", ""));
    assertThat(chunks).hasSizeGreaterThan(2);
  }

  private static void assertEachIsReadOnce(Written written) {
    List<Integer> chunks = new ArrayList<>();
    List<Integer> steps = new ArrayList<>();
    for (WrittenStep step : written.steps()) {
      chunks.addAll(step.chunks());
      steps.addAll(step.steps());
    }
    assertThat(chunks).containsExactlyElementsOf(range(written.chunks().size()));
    assertThat(steps).containsExactlyInAnyOrderElementsOf(range(written.steps().size() - 1));
  }

  private static List<Integer> range(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  @ParameterizedTest
  @CsvSource({
    "seq2seq",
    "hierarchical-merge:chunk-tokens=15",
    "incremental-update:chunk-tokens=15"
  })
  void sourcesCostAndChangeOnlyThemselves(String spec) {
    try (WrittenSummaries tiny = new WrittenSummaries("bart", 0)) {
      List<Source> sources =
          new ArrayList<>(
              List.of(
                  Source.of(TEXT),
                  Source.of(null),
                  Source.of(" \n"),
                  Source.of("One sentence."),
                  Source.ofGroup(List.of(TEXT, "And another document."))));
      List<Outcome<Summary>> together = summarize(spec, tiny, sources);
      assertThat(together.get(1).error()).isEqualTo("the text is null");
      assertThat(together.get(2).error()).isEqualTo("the text is empty");
      long seed = 5;
      for (int i : new int[] {0, 3, 4}) {
        Summary alone = summary(spec, tiny, sources.get(i));
        assertThat(together.get(i).value())
            .usingRecursiveComparison()
            .withComparatorForType(
                (a, b) -> Math.abs(a - b) < 1e-5 ? 0 : Double.compare(a, b), Double.class)
            .as("seed %d, source %d", seed, i)
            .isEqualTo(alone);
      }
      List<Integer> order = new ArrayList<>(range(5));
      java.util.Collections.shuffle(order, new Random(seed));
      List<Outcome<Summary>> shuffled =
          summarize(spec, tiny, order.stream().map(sources::get).toList());
      for (int i = 0; i < 5; i++) {
        Outcome<Summary> expected = together.get(order.get(i));
        assertThat(shuffled.get(i).error()).isEqualTo(expected.error());
        if (!expected.failed()) {
          assertThat(shuffled.get(i).value().text()).isEqualTo(expected.value().text());
        }
      }
    }
  }

  @Test
  void chunksOfAGroupStandInOneDocumentEach() {
    try (WrittenSummaries tiny = new WrittenSummaries("bart", 0)) {
      Source source = Source.ofGroup(List.of("One. Two.", "Three. Four."));
      Summary summary = summary("hierarchical-merge", tiny, source);
      List<SourceChunk> chunks = summary.written().get().chunks();
      assertThat(chunks.stream().map(SourceChunk::document).toList()).containsExactly(0, 1);
      assertThat(chunks.stream().map(each -> each.text(source)).toList())
          .containsExactly("One. Two.", "Three. Four.");
    }
  }

  @Test
  void sentencesThatAreTooLongAreCut() {
    try (WrittenSummaries tiny = new WrittenSummaries("bart", 0)) {
      String text = "ab\uD83D\uDC31cd ".repeat(40) + "end. Short one.";
      Summary summary = summary("hierarchical-merge:chunk-tokens=17", tiny, Source.of(text));
      int last = 0;
      for (SourceChunk chunk : summary.written().get().chunks()) {
        assertThat(chunk.tokens()).isBetween(1, 17);
        assertThat(chunk.start() - last).isBetween(0, 1);
        last = chunk.end();
      }
      assertThat(last).isEqualTo(text.codePointCount(0, text.length()));
    }
  }

  @Test
  void whatCannotFitIsRefusedBeforeAnySourceIsRead() {
    try (WrittenSummaries tiny = new WrittenSummaries("bart", 0)) {
      assertRefused(tiny, "hierarchical-merge:chunk-tokens=99", Budget.DEFAULT)
          .hasMessageContaining("chunk-tokens=99: the model has room for 47");
      assertRefused(tiny, "hierarchical-merge:summary-tokens=24", Budget.DEFAULT)
          .hasMessageContaining("two summaries of 24 tokens do not fit into the 47");
      assertRefused(tiny, "incremental-update", Budget.parse("tokens=60"))
          .hasMessageContaining("tokens=60 and the option of generation max_new_tokens=6 both say");
      assertRefused(tiny, "seq2seq", Budget.parse("words=10"))
          .hasMessageContaining("words=10 cannot bound what a model writes: use tokens=128");
    }
    ObjectNode none = JsonNodeFactory.instance.objectNode();
    ModelSpec bart = ModelSpec.of("bart");
    try (WrittenSummaries tiny = new WrittenSummaries(GoldenText.directory("bart"), bart, none)) {
      assertRefused(tiny, "incremental-update", Budget.parse("tokens=60"))
          .hasMessageContaining("a running summary of 60 tokens leaves no room");
    }
    try (WrittenSummaries tiny = new WrittenSummaries("llama", 100)) {
      assertRefused(tiny, "seq2seq", Budget.DEFAULT)
          .hasMessageContaining("the model reads 100 tokens, which leaves none for a text");
    }
  }

  private static org.assertj.core.api.AbstractThrowableAssert<?, ?> assertRefused(
      WrittenSummaries tiny, String spec, Budget budget) {
    Summarizer summarizer = Summarizers.REGISTRY.parse(spec);
    return assertThatThrownBy(
        () -> summarizer.summarize(Arrays.asList(Source.of(TEXT)), budget, tiny.context));
  }

  private static Summary summary(String spec, WrittenSummaries tiny, Source source) {
    Outcome<Summary> outcome = summarize(spec, tiny, List.of(source)).get(0);
    assertThat(outcome.error()).isNull();
    return outcome.value();
  }

  private static List<Outcome<Summary>> summarize(
      String spec, WrittenSummaries tiny, List<Source> sources) {
    return Summarizers.REGISTRY.parse(spec).summarize(sources, Budget.DEFAULT, tiny.context);
  }
}
