package io.sparkattention.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.Inference;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.statistics.WritingStatistics.Writing;
import io.sparkattention.text.Tokens;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Heads that were planted in the weights of a decoder are found by reading with it. */
class PlantedHeadsTest {
  private static final ExecutorService POOL = Executors.newSingleThreadExecutor();
  private static final int PREVIOUS = 0; // layer 0, head 0
  private static final int EVEN = 1;
  private static final int INDUCTION = 2; // layer 1, head 0
  private static final int SAME_WORD = 3;

  @TempDir static Path folder;
  private static TextGenerator model;

  @BeforeAll
  static void load() {
    Path directory = PlantedDecoder.write(folder.resolve("planted"));
    model = TextGenerator.load(directory, ModelSpec.of("planted"), Inference.on(POOL));
  }

  @AfterAll
  static void close() {
    model.close();
    POOL.shutdownNow();
  }

  private static AttentionReader reader() {
    return model.attentionReader(WatchedSite.SELF);
  }

  private static double[] heads(DocumentStatistics found, int statistic) {
    return found.heads().stream().mapToDouble(head -> head.values()[statistic]).toArray();
  }

  @Test
  void inductionCopyingAndRetrievalAreFound() {
    StatisticsPlan plan =
        StatisticsPlan.of(
            List.of(
                "induction-score:words=20,texts=2",
                "induction-score:lag=0,words=20,texts=2",
                "retrieval-score:words=60,needle=6,texts=4",
                "operation-score:operation=copy",
                "offset-share",
                "entropy:unit=relative"));
    DocumentStatistics found =
        new StatisticsExtractor(reader(), plan)
            .extract(List.of("one passage at the end"))
            .get(0)
            .statistics();
    double even = // of the second 20 words behind the first 20 and a special token
        IntStream.range(0, 19).mapToDouble(i -> 1.0 / (22 + i)).average().orElseThrow();
    assertThat(heads(found, 0)).containsExactly(new double[] {0, even, 1, 0}, within(1e-4));
    double evenToo =
        IntStream.range(0, 20).mapToDouble(i -> 1.0 / (22 + i)).average().orElseThrow();
    assertThat(heads(found, 1)).containsExactly(new double[] {0, evenToo, 0, 0.5}, within(1e-3));
    assertThat(heads(found, 2)).containsExactly(0, 0, 1, 0);
    assertThat(heads(found, 3)).containsExactly(0, 0, 1, 0);
    assertThat(heads(found, 4)[PREVIOUS]).isCloseTo(1, within(1e-3));
    assertThat(heads(found, 4)[SAME_WORD]).isCloseTo(0, within(1e-3));
    assertThat(heads(found, 5)[EVEN]).isCloseTo(1, within(1e-5));
    assertThat(heads(found, 5)[PREVIOUS]).isCloseTo(0, within(1e-3));
  }

  /** Ten words are written again behind themselves. */
  @Test
  void headsAreTheSameInGeneration() {
    int[] words = IntStream.range(261, 271).toArray();
    int[] prompt = IntStream.concat(IntStream.of(0), Arrays.stream(words)).toArray();
    StatisticsPlan plan = StatisticsPlan.of(List.of("mean-distance", "lookback-ratio", "entropy"));
    Writing writing = new Writing("", Tokens.ofIds(prompt), null, "", Tokens.ofIds(words), false);
    DocumentStatistics found =
        new WritingStatistics(model.attentionReader(WatchedSite.GENERATION), plan)
            .extract(List.of(writing))
            .get(0)
            .statistics();
    assertThat(heads(found, 0)[PREVIOUS]).isCloseTo(1, within(1e-4));
    assertThat(heads(found, 0)[INDUCTION]).isCloseTo(9, within(1e-3));
    assertThat(heads(found, 0)[SAME_WORD]).isCloseTo(5, within(1e-2)); // 0 and 10
    // the last word looks at what stands behind its first occurrence, which was written
    assertThat(heads(found, 1)[INDUCTION]).isCloseTo(0.9, within(1e-4));
    assertThat(heads(found, 2)[SAME_WORD]).isCloseTo(Math.log(2), within(1e-3));
  }

  /** The word that ends a prompt stands in its instruction, and in what is injected. */
  @Test
  void injectedInstructionsTakeTheFocusAway() {
    int last = 300;
    int[] clean = {0, 261, 262, last, 270, 271, 272, 273, last};
    int[] once = {0, 261, 262, last, 270, last, 272, 273, last};
    int[] twice = {0, 261, 262, last, 270, last, 272, last, last};
    StatisticsPlan plan = StatisticsPlan.of(List.of("focus-score")).withExperimental(true);
    List<DocumentStatistics> found =
        new StatisticsExtractor(reader(), plan)
            .extractSequences(List.of(instructed(clean), instructed(once), instructed(twice)));
    double[] expected = {1.0 / 2, 1.0 / 3, 1.0 / 4};
    for (int i = 0; i < expected.length; i++) {
      assertThat(heads(found.get(i), 0)[SAME_WORD]).isCloseTo(expected[i], within(1e-2));
    }
  }

  @Test
  void focusOfModelsThatFollowNoInstructionsIsRefused() {
    StatisticsPlan plan = StatisticsPlan.of(List.of("entropy", "focus-score:from=all"));
    assertThatThrownBy(() -> new StatisticsExtractor(reader(), plan))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("focus-score:from=all: the model" + FocusScore.UNINSTRUCTED);
    AttentionReader writer = model.attentionReader(WatchedSite.GENERATION);
    assertThatThrownBy(() -> new WritingStatistics(writer, plan))
        .hasMessageContaining("not trained to follow instructions");
  }

  /** The first tokens behind the special one are the instruction. */
  private static SequenceTokens instructed(int[] ids) {
    SequenceTokens unknown = SequenceTokens.unknown(ids.length);
    boolean[] marked = new boolean[ids.length];
    Arrays.fill(marked, 1, 4, true);
    return new SequenceTokens(ids, unknown.categories(), unknown.sentences(), marked);
  }
}
