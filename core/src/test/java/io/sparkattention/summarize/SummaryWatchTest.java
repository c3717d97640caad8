package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.generate.Generated;
import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.generate.PromptTokens;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is told of attention beside summaries, against full matrices of prompt and summary. */
class SummaryWatchTest {

  private static final ObjectNode ENTRIES =
      JsonNodeFactory.instance.objectNode().put("max_new_tokens", 12).put("eos_token_id", 2);
  private static final GenerationSpec SPEC =
      new GenerationSpec(ENTRIES, GenerationSpec.DEFAULT.policy());
  private static final Watching ALL = new Watching(EnumSet.allOf(WatchedColumn.class), true);

  private static WritingTask task(String text) {
    return new WritingTask(WritingTask.Kind.SUMMARIZE, 0, List.of(0), List.of(), text, "", 12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-grouped-tied", "qwen2-sliding"})
  void ratiosAndScoresAreThoseOfTheFullMatrices(String name) {
    List<String> texts = List.of("Mice eat cheese. Cats eat mice.", "Rain fell.");
    try (WrittenSummaries tiny = new WrittenSummaries(name, 400)) {
      SummaryWriter writer = new SummaryWriter(tiny.generator, SPEC, ALL);
      var steps = writer.write(texts.stream().map(SummaryWatchTest::task).toList());
      for (int i = 0; i < texts.size(); i++) {
        int[] prompt = writer.fitted(task(texts.get(i))).ids();
        Generated made =
            tiny.generator
                .generate(
                    List.of(PromptTokens.whole(prompt)),
                    tiny.generator.config(ENTRIES),
                    SPEC.policy())
                .get(0)
                .value();
        int[] written = Arrays.stream(made.tokens()).filter(id -> id > 4).toArray(); // no marks
        boolean[] instruction =
            new InstructionPrompt(tiny.generator.model().directory(), tiny.generator.tokenizer())
                .instruction(task(texts.get(i)), prompt);
        double[][] mean = means(tiny, prompt, instruction, written);
        WatchedStep seen = steps.get(i).value().watched();
        assertThat(seen.lookback()).hasSize(written.length);
        for (int t = 0; t < written.length; t++) {
          assertThat(seen.lookback().get(t)).as(name).isCloseTo(mean[0][t], within(1e-5));
        }
        assertThat(seen.focus()).as(name).isCloseTo(mean[1][0], within(1e-5));
        assertThat(seen.starts()).isSorted().hasSize(written.length);
        int length = made.text().length() + 1;
        double all = seen.lookback().stream().mapToDouble(each -> each).average().orElseThrow();
        assertThat(seen.lookback(0, length)).isCloseTo(all, within(1e-9));
      }
    }
  }

  /** Means over heads: each written token's ratio, and the focus of the prompt's last token. */
  private static double[][] means(
      WrittenSummaries tiny, int[] prompt, boolean[] instruction, int[] written) {
    double[] focus = new double[2]; // sum and heads
    int[] ids = IntStream.concat(Arrays.stream(prompt), Arrays.stream(written)).toArray();
    List<double[]> ofHeads = new ArrayList<>();
    AttentionProbe probe =
        (input, attended) -> {
          int length = ids.length;
          float[] all = attended.weights(0, length).toFloatArray();
          for (int h = 0; h < input.heads(); h++) {
            double[] ratios = new double[written.length];
            for (int t = 0; t < written.length; t++) {
              int row = prompt.length + t;
              double before = 0;
              double since = 0;
              for (int s = 0; s <= row; s++) {
                double weight = all[(h * length + row) * length + s];
                before += s < prompt.length ? weight / prompt.length : 0;
                since += s < prompt.length ? 0 : weight / (t + 1);
              }
              ratios[t] = before / (before + since);
            }
            ofHeads.add(ratios);
            focus[1]++;
            for (int s = 0; s < prompt.length; s++) {
              int last = (h * length + prompt.length - 1) * length;
              focus[0] += instruction[s] ? all[last + s] : 0;
            }
          }
        };
    var reader = tiny.generator.attentionReader(WatchedSite.SELF);
    reader.run(
        List.of(Tokens.ofIds(ids)),
        (scope, batch, places) -> {
          reader.model().read(scope, batch, List.of(probe)).close();
          return List.of(0);
        });
    double[] mean = new double[written.length];
    ofHeads.forEach(each -> Arrays.setAll(mean, t -> mean[t] + each[t] / ofHeads.size()));
    return new double[][] {mean, {focus[0] / focus[1]}};
  }

  @Test
  void sentencesCarryTheirRatios() {
    try (WrittenSummaries tiny = new WrittenSummaries("llama", 400)) {
      Watching watching = new Watching(Set.of(WatchedColumn.LOOKBACK_RATIO), false);
      SummaryWriter writer = new SummaryWriter(tiny.generator, SPEC, watching);
      SummarizeContext context = SummarizeContext.of(new PeriodSplitter(), writer);
      Summary summary =
          new Seq2SeqSummarizer()
              .summarize(List.of(Source.of(WrittenSummaries.TEXT)), Budget.DEFAULT, context)
              .get(0)
              .value();
      Written written = summary.written().get();
      assertThat(written.statements())
          .isNotEmpty()
          .allSatisfy(each -> assertThat(each.lookbackRatio()).isBetween(0.0, 1.0));
      assertThat(written.last().watched().focus()).isNull();
    }
  }

  @Test
  void instructionIsWhatIsNeitherTextNorSpecial() {
    try (WrittenSummaries tiny = new WrittenSummaries("llama", 400)) {
      InstructionPrompt prompt =
          new InstructionPrompt(tiny.generator.model().directory(), tiny.generator.tokenizer());
      WritingTask task = task("zebra zebra zebra");
      int[] ids = prompt.tokens(task);
      boolean[] instruction = prompt.instruction(task, ids);
      int[] told =
          IntStream.range(0, ids.length).filter(i -> instruction[i]).map(i -> ids[i]).toArray();
      int[] read =
          IntStream.range(0, ids.length).filter(i -> !instruction[i]).map(i -> ids[i]).toArray();
      assertThat(tiny.generator.tokenizer().decode(read)).contains("ebra zebra zebr");
      assertThat(tiny.generator.tokenizer().decode(told))
          .containsIgnoringCase("summar")
          .doesNotContain("zebra");
    }
  }

  @Test
  void modelsThatCannotBeWatchedAreRefusedWithTheReason() {
    try (WrittenSummaries pair = new WrittenSummaries("bart", 0);
        WrittenSummaries decoder = new WrittenSummaries("llama", 400)) {
      assertThatThrownBy(() -> new SummaryWriter(pair.generator, SPEC, ALL))
          .hasMessageContaining("focus_score, lookback_ratio: model 'bart' reads its text and")
          .hasMessageContaining("use a decoder");
      Watching focus = new Watching(Set.of(WatchedColumn.FOCUS_SCORE), false);
      GenerationSpec fewer =
          new GenerationSpec(ENTRIES, KvCachePolicies.REGISTRY.parse("sink-window"));
      assertThatThrownBy(() -> new SummaryWriter(decoder.generator, fewer, focus))
          .hasMessageContaining("not trained to follow instructions")
          .hasMessageContaining("--experimental");
      assertThatThrownBy(() -> WatchedColumn.named(List.of("lookback_ratio", "entropy")))
          .hasMessage("entropy: use lookback_ratio, focus_score");
    }
  }
}
