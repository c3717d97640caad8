package io.sparkattention.statistics;

import static io.sparkattention.statistics.GoldenWriters.load;
import static io.sparkattention.statistics.GoldenWriters.writing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.statistics.WritingStatistics.Writing;
import io.sparkattention.tensor.NativeArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Statistics of writing against the full matrices that transformers gave, and against reading. */
class WritingStatisticsTest {
  private static Writing golden(GoldenText golden, int b) {
    int[] target = golden.ids("target." + b); // the start token first
    return writing(golden.ids("prompt." + b), Arrays.copyOfRange(target, 1, target.length));
  }

  /** What transformers gave, the first {@code rows} of [head][query][key]. */
  private static double[][][] maps(
      GoldenText golden, String tensor, int heads, int rows, int keys) {
    float[] all = golden.floats(tensor);
    int queries = all.length / heads / keys;
    double[][][] maps = new double[heads][rows][keys];
    for (int h = 0; h < heads; h++) {
      for (int t = 0; t < rows; t++) {
        for (int s = 0; s < keys; s++) {
          maps[h][t][s] = all[(h * queries + t) * keys + s];
        }
      }
    }
    return maps;
  }

  private static double[] received(double[][] map) {
    double[] sums = new double[map[0].length];
    for (double[] row : map) {
      Arrays.setAll(sums, s -> sums[s] + row[s]);
    }
    return sums;
  }

  private static double coverage(double[][] map) {
    return NaiveStatistics.mean(
        Arrays.stream(received(map)).map(c -> -Math.log1p((1 - c) * (1 - c))).toArray());
  }

  private static double aligned(double[][] map) {
    return Arrays.stream(map)
        .mapToDouble(
            row ->
                IntStream.range(0, row.length)
                        .reduce((best, s) -> row[s] > row[best] ? s : best)
                        .orElseThrow()
                    / (double) row.length)
        .average()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "led", "longt5-transient-global", "mt5", "pegasus", "t5"})
  void crossAttentionEqualsLoopsOverTheMatricesOfTransformers(String name) {
    List<String> specs =
        List.of("alignment-coverage", "alignment-focus", "aligned-position", "top-k-mass:k=2");
    List<Function<double[][], Double>> naive =
        List.of(
            WritingStatisticsTest::coverage,
            map -> -NaiveStatistics.mean(NaiveStatistics.entropy(map)),
            WritingStatisticsTest::aligned,
            map -> NaiveStatistics.mean(NaiveStatistics.topMass(map, 2)));
    try (GoldenText golden = GoldenText.open(name);
        TextGenerator model = load(name, "dense")) {
      AttentionReader reader = model.attentionReader(WatchedSite.CROSS);
      StatisticsPlan plan = StatisticsPlan.of(specs).withRows(new RowSample(0, 0));
      List<Writing> writings =
          IntStream.range(0, golden.shown()).mapToObj(b -> golden(golden, b)).toList();
      var found = new WritingStatistics(reader, plan).extract(writings);
      int heads = reader.shape().heads();
      for (int b = 0; b < writings.size(); b++) {
        for (DocumentStatistics.Head head : found.get(b).statistics().heads()) {
          double[][] map =
              maps(
                  golden,
                  "cross_attentions." + head.layer() + "." + b,
                  heads,
                  writings.get(b).content().length(),
                  writings.get(b).tokens().length())[head.head()];
          for (int i = 0; i < specs.size(); i++) {
            assertThat((double) head.values()[i])
                .as(name + " " + specs.get(i))
                .isCloseTo(naive.get(i).apply(map), within(2e-4));
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"bart,DECODER", "t5,DECODER", "bart,SELF", "mt5,SELF", "led,SELF"})
  void selfAttentionOfBothSidesEqualsThatOfTransformers(String name, WatchedSite site) {
    List<String> specs =
        List.of("entropy", "mean-distance", "received-attention", "head-divergence");
    try (GoldenText golden = GoldenText.open(name);
        TextGenerator model = load(name, "dense")) {
      AttentionReader reader = model.attentionReader(site);
      StatisticsPlan plan = StatisticsPlan.of(specs);
      for (int b = 0; b < golden.shown(); b++) {
        Writing writing = golden(golden, b);
        DocumentStatistics found;
        int length;
        if (site == WatchedSite.DECODER) {
          found = new WritingStatistics(reader, plan).extract(List.of(writing)).get(0).statistics();
          length = writing.content().length() + 1;
          assertThat(found.tokens()).hasSize(length - 1); // the start token has none
        } else {
          found = GoldenWriters.read(reader, plan, writing.tokens().ids(), 0);
          length = writing.tokens().length();
        }
        String tensor = site == WatchedSite.SELF ? "encoder_attentions." : "decoder_attentions.";
        for (DocumentStatistics.Head head : found.heads()) {
          double[][] map =
              maps(golden, tensor + head.layer() + "." + b, reader.shape().heads(), length, length)[
                  head.head()];
          double[] expected = {
            NaiveStatistics.mean(NaiveStatistics.entropy(map)),
            NaiveStatistics.mean(NaiveStatistics.distance(map)),
            NaiveStatistics.inequality(NaiveStatistics.received(map))
          };
          for (int i = 0; i < expected.length; i++) {
            assertThat((double) head.values()[i])
                .as(name + " " + specs.get(i))
                .isCloseTo(expected[i], within(5e-4));
          }
        }
      }
    }
  }

  /** Texts of different lengths, written together and of which some end early. */
  @ParameterizedTest
  @CsvSource({
    "gpt2,dense",
    "llama-grouped-tied,dense",
    "gemma3,dense",
    "qwen2-sliding,dense",
    "mistral,dense",
    "llama,sink-window:sinks=1;window=5"
  })
  void whatIsSeenTokenByTokenIsWhatReadingTheWholeShows(String name, String attention) {
    List<String> specs =
        List.of(
            "entropy",
            "sink-rate:k=1,epsilon=0.2",
            "mean-distance",
            "head-confidence",
            "lookback-ratio");
    StatisticsPlan plan = StatisticsPlan.of(specs).withRows(new RowSample(0, 0));
    int[][] texts = {{0, 20, 40, 60, 80, 31, 19}, {0, 17, 90}, {0, 55, 66, 77, 88, 99}};
    int[][] written = {{30, 31, 32}, {40, 41, 42, 43, 44, 45, 46}, {}};
    try (TextGenerator model = load(name, attention.replace(';', ','))) {
      List<Writing> writings = new ArrayList<>();
      for (int i = 0; i < texts.length; i++) {
        writings.add(writing(texts[i], written[i]));
      }
      AttentionReader writer = model.attentionReader(WatchedSite.GENERATION);
      var found = new WritingStatistics(writer, plan).extract(writings);
      AttentionReader reader = model.attentionReader(WatchedSite.SELF);
      for (int i = 0; i < texts.length; i++) {
        int before = texts[i].length;
        int[] all = IntStream.concat(Arrays.stream(texts[i]), Arrays.stream(written[i])).toArray();
        List<DocumentStatistics.Token> tokens = found.get(i).statistics().tokens();
        assertThat(tokens).hasSize(written[i].length);
        List<DocumentStatistics.Token> whole =
            GoldenWriters.read(reader, plan, all, before).tokens();
        for (int t = 0; t < tokens.size(); t++) {
          assertThat(tokens.get(t).position()).isEqualTo(t);
          assertThat(tokens.get(t).values())
              .as(name + ", text " + i + ", token " + t)
              .containsExactly(whole.get(before + t).values(), within(2e-5f));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"llama,GENERATION", "t5,CROSS", "bart,DECODER", "bart,SELF", "gemma3,SELF"})
  void nothingIsLeftInNativeMemory(String name, WatchedSite site) {
    boolean reads = site == WatchedSite.SELF;
    StatisticsPlan plan =
        StatisticsPlan.of(
            reads ? List.of("entropy", "head-divergence", "head-ablation") : List.of("entropy"));
    try (TextGenerator model = load(name, "dense")) {
      AttentionReader reader = model.attentionReader(site);
      Runnable pass =
          reads
              ? () -> new StatisticsExtractor(reader, plan).extract(List.of("The cat sat."))
              : () ->
                  new WritingStatistics(reader, plan)
                      .extract(List.of(writing(new int[] {0, 20, 40, 60}, new int[] {30, 31})));
      pass.run();
      int arrays = NativeArrays.count(model.owner().getParentManager());
      int lists = NativeArrays.lists();
      pass.run();
      assertThat(NativeArrays.count(model.owner().getParentManager())).isEqualTo(arrays);
      assertThat(NativeArrays.lists()).isEqualTo(lists);
    }
  }

  @Test
  void sitesThatAModelOrAStatisticLacksAreRefused() {
    try (TextGenerator decoder = load("llama", "dense");
        TextGenerator pair = load("bart", "dense");
        TextGenerator blocks = load("longt5-transient-global", "dense")) {
      assertThatThrownBy(() -> decoder.attentionReader(WatchedSite.CROSS))
          .hasMessageContaining("is a decoder alone, without cross-attention");
      assertThatThrownBy(() -> pair.attentionReader(WatchedSite.GENERATION))
          .hasMessageContaining("by two attentions: watch decoder or cross");
      assertThatThrownBy(() -> blocks.attentionReader(WatchedSite.SELF))
          .hasMessageContaining("keys that stand for blocks of tokens");
      StatisticsPlan plan =
          StatisticsPlan.of(List.of("rollout", "mean-distance", "head-ablation", "entropy"));
      AttentionReader cross = pair.attentionReader(WatchedSite.CROSS);
      assertThatThrownBy(() -> new WritingStatistics(cross, plan))
          .hasMessageContaining("rollout:from=all: it reads the layers of one sequence")
          .hasMessageContaining("mean-distance: queries and keys of cross-attention have no")
          .hasMessageContaining("head-ablation:by=zero: it has the model read further texts")
          .hasMessageNotContaining("entropy");
      StatisticsPlan entropy = StatisticsPlan.of(List.of("entropy"));
      for (WatchedSite site : List.of(WatchedSite.CROSS, WatchedSite.DECODER)) {
        assertThatThrownBy(() -> new StatisticsExtractor(pair.attentionReader(site), entropy))
            .hasMessageContaining("a model is watched while it writes: use WritingStatistics");
      }
      AttentionReader writer = decoder.attentionReader(WatchedSite.GENERATION);
      StatisticsPlan columns = StatisticsPlan.of(List.of("received-attention", "lookback-ratio"));
      assertThatThrownBy(() -> new WritingStatistics(writer, columns))
          .hasMessageContaining("received-attention: it looks at all queries of a text")
          .hasMessageNotContaining("lookback-ratio:");
    }
  }
}
