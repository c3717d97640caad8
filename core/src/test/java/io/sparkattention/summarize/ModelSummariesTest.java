package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.Chunk;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.text.Tokens;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Summaries with a real, if tiny, model, which reads 64 tokens at a time. */
class ModelSummariesTest {

  private static final String SHORT = "The storm came early. Nobody was hurt.";
  private static final String LONG =
      "The storm came at night and broke the old bridge. Nobody slept until the morning came."
          + " Then the river fell, and people crossed it by boat. A new bridge was built within"
          + " the year. It stands to this day.";

  private static ExecutorService pool;
  private static LoadedModel model;
  private static SummarizeContext context;

  @BeforeAll
  static void load() {
    pool = Executors.newFixedThreadPool(1);
    Path directory = Path.of("src", "test", "resources", "golden", "bert-sentence-transformer");
    model = LoadedModel.load(directory, ModelSpec.of("tiny"), pool);
    context = SummarizeContext.of(SentenceSplitters.byLanguage(), model);
  }

  @AfterAll
  static void close() {
    model.close();
    pool.shutdown();
  }

  static List<String> names() {
    return SummarizersTest.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void summariesDoNotDependOnTheBatch(String name) {
    List<Source> sources =
        List.of(
            Source.of(LONG).withQuery("a bridge"),
            Source.ofGroup(List.of(SHORT, LONG)).withQuery("a storm"),
            Source.of(SHORT).withQuery("hurt"));
    Summarizer strategy = Summarizers.REGISTRY.parse(name);
    List<Outcome<Summary>> together = strategy.summarize(sources, Budget.sentences(2), context);
    for (int i = 0; i < sources.size(); i++) {
      Summary alone = StrategyTexts.summarize(name, "sentences=2", sources.get(i), context);
      Summary found = together.get(i).value();
      assertThat(StrategyTexts.texts(found)).isEqualTo(StrategyTexts.texts(alone));
      assertThat(found.tokensIn()).isEqualTo(alone.tokensIn());
      assertThat(found.tokensIn() > 0).isEqualTo(!strategy.needs().isEmpty());
      for (int s = 0; s < found.sentences().size(); s++) {
        assertThat(found.sentences().get(s).score())
            .isCloseTo(alone.sentences().get(s).score(), within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void tokenBudgetsAreThoseOfTheTokenizer(String name) {
    int budget = 40;
    Source source = Source.of(LONG).withQuery("a bridge");
    Summary summary = StrategyTexts.summarize(name, "tokens=" + budget, source, context);
    int tokens =
        StrategyTexts.texts(summary).stream()
            .mapToInt(text -> model.tokenizer().encodeContent(text).length())
            .sum();
    assertThat(tokens).isPositive().isLessThanOrEqualTo(budget);
  }

  @Test
  void attentionIsThatOfTheFullMatrices() {
    for (String text : List.of(SHORT, LONG)) {
      AttentionReader.Reading<double[]> full =
          model
              .attentionReader()
              .read(List.of(text), ColumnSums::new, ColumnSums::sequences)
              .get(0);
      double[] sums = new double[full.content().length()];
      int[] counts = new int[sums.length];
      for (int c = 0; c < full.chunks().size(); c++) {
        Chunk chunk = full.chunks().get(c);
        int position = chunk.from();
        for (int t = 0; t < chunk.tokens().length(); t++) {
          if (!chunk.tokens().isSpecial(t)) {
            sums[position] += full.results().get(c)[t];
            counts[position++]++;
          }
        }
      }
      Arrays.setAll(sums, i -> sums[i] / counts[i]);
      Summary all =
          StrategyTexts.summarize("attention-salience", "sentences=9", Source.of(text), context);
      assertThat(all.chunks()).isEqualTo(text.equals(LONG) ? full.chunks().size() : 1);
      for (SummarySentence sentence : all.sentences()) {
        assertThat(sentence.score()).isCloseTo(mean(sums, full.content(), sentence), within(1e-4));
      }
    }
  }

  private static double mean(double[] received, Tokens content, SummarySentence sentence) {
    double sum = 0;
    int count = 0;
    for (int t = 0; t < received.length; t++) {
      if (content.starts()[t] >= sentence.start() && content.ends()[t] <= sentence.end()) {
        sum += received[t];
        count++;
      }
    }
    return sum / count;
  }

  /** What each token receives, from all rows of all matrices: mean over layers and heads. */
  private static final class ColumnSums implements AttentionProbe {

    private final List<double[]> sequences = new ArrayList<>();
    private int maps;

    @Override
    public void observe(AttentionInput input, Attended attended) {
      int[] lengths = input.mask().keyLengths();
      maps += input.heads();
      int t = (int) input.query().getShape().get(2);
      try (NDArray weights = attended.weights(0, t)) { // (B, H, T, S)
        float[] flat = weights.toFloatArray();
        for (int b = 0; b < lengths.length; b++) {
          if (sequences.size() == b) {
            sequences.add(new double[lengths[b]]);
          }
          for (int row = 0; row < input.heads() * t; row++) {
            for (int s = 0; row % t < lengths[b] && s < lengths[b]; s++) {
              sequences.get(b)[s] += flat[(b * input.heads() * t + row) * t + s];
            }
          }
        }
      }
    }

    List<double[]> sequences() {
      return sequences.stream()
          .map(sums -> Arrays.stream(sums).map(sum -> sum / maps).toArray())
          .toList();
    }
  }
}
