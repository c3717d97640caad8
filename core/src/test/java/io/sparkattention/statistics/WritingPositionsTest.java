package io.sparkattention.statistics;

import static io.sparkattention.statistics.GoldenWriters.load;
import static io.sparkattention.statistics.GoldenWriters.writing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.statistics.WritingStatistics.Writing;
import io.sparkattention.text.Tokens;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of written tokens stand at their tokens, whatever comes between. */
class WritingPositionsTest {

  /** LongRoPE turns all keys anew where a text becomes longer than 16 tokens here. */
  @Test
  void textThatIsReadAgainLosesNoToken() {
    StatisticsPlan plan =
        StatisticsPlan.of(List.of("entropy", "mean-distance", "lookback-ratio", "top-k-mass:k=2"))
            .withRows(new RowSample(1, 0));
    StatisticsPlan allRows = plan.withRows(new RowSample(0, 0));
    int[][] texts = {
      IntStream.range(0, 13).map(i -> 7 * i).toArray(), IntStream.range(0, 11).toArray()
    };
    int[] written = {30, 31, 32, 33, 34, 35};
    try (TextGenerator model = load("phi3-longrope", "dense")) {
      AttentionReader writer = model.attentionReader(WatchedSite.GENERATION);
      AttentionReader reader = model.attentionReader(WatchedSite.SELF);
      var found =
          new WritingStatistics(writer, plan)
              .extract(List.of(writing(texts[0], written), writing(texts[1], written)));
      for (int i = 0; i < texts.length; i++) {
        int before = texts[i].length;
        int[] all = IntStream.concat(Arrays.stream(texts[i]), Arrays.stream(written)).toArray();
        List<DocumentStatistics.Token> tokens = found.get(i).statistics().tokens();
        assertThat(tokens).hasSize(written.length);
        for (int t = 0; t < tokens.size(); t++) {
          int[] known = Arrays.copyOf(all, before + t + 1);
          List<DocumentStatistics.Token> whole =
              GoldenWriters.read(reader, allRows, known, before).tokens();
          assertThat(tokens.get(t).position()).isEqualTo(t);
          assertThat(tokens.get(t).values())
              .as("text " + i + ", token " + t)
              .containsExactly(whole.get(before + t).values(), within(2e-5f));
        }
      }
    }
  }

  /**
   * What is forced stands where it was written: before the rest, which is numbered as without it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"DECODER", "CROSS"})
  void forcedTokenIsReadAndHasNoRow(WatchedSite site) {
    StatisticsPlan plan =
        StatisticsPlan.of(List.of("entropy", "top-k-mass:k=2")).withRows(new RowSample(0, 0));
    int[] source = {0, 20, 40, 60, 2};
    int[] content = {30, 31, 32};
    int[] forced = {0};
    try (TextGenerator model = load("bart", "dense")) {
      WritingStatistics statistics = new WritingStatistics(model.attentionReader(site), plan);
      Writing free = writing(source, new int[] {0, 30, 31, 32});
      Writing made =
          new Writing("", Tokens.ofIds(source), null, "", forced, Tokens.ofIds(content), false);
      var all = statistics.extract(List.of(free, made));
      List<DocumentStatistics.Token> wanted = all.get(0).statistics().tokens();
      List<DocumentStatistics.Token> found = all.get(1).statistics().tokens();
      assertThat(found).hasSize(content.length);
      for (int t = 0; t < found.size(); t++) {
        assertThat(found.get(t).position()).isEqualTo(t);
        assertThat(found.get(t).values())
            .containsExactly(wanted.get(t + 1).values(), within(1e-6f));
      }
      assertThat(all.get(1).written()).isEqualTo(content.length);
    }
  }
}
