package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RandomSummarizerTest {

  private static final String TEXT =
      String.join(" ", IntStream.range(0, 10).mapToObj(i -> "Sentence " + i + ".").toList());

  @Test
  void seedsDrawOtherSentencesAndEachHasItsTurn() {
    int draws = 400;
    int[] drawn = new int[10];
    Set<List<String>> different = new HashSet<>();
    for (int seed = 0; seed < draws; seed++) {
      Summary summary =
          StrategyTexts.summarize("random:seed=" + seed, "sentences=2", Source.of(TEXT));
      different.add(StrategyTexts.texts(summary));
      summary.sentences().forEach(sentence -> drawn[sentence.index()]++);
    }
    assertThat(different).hasSize(45); // all pairs of ten
    // expected 80 each, standard deviation 8
    assertThat(Arrays.stream(drawn).boxed()).allMatch(count -> count > 40 && count < 120);
  }

  @Test
  void otherTextsHaveOtherLots() {
    Set<List<Integer>> different = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      Summary summary =
          StrategyTexts.summarize("random", "sentences=2", Source.of("Text " + i + ". " + TEXT));
      different.add(summary.sentences().stream().map(SummarySentence::index).toList());
    }
    assertThat(different).hasSizeGreaterThan(10);
  }
}
