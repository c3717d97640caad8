package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.text.ContentWords;
import io.sparkattention.text.Sentence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CohesiveExtractSummarizerTest {

  /** Chains: rain (0, 1, 5), river (1, 2), cat (3, 4). */
  private static final String TEXT =
      "Rain fell all week. Rain filled the river. The river broke its banks."
          + " A cat slept. The cat woke. Nobody counted the rain.";

  @Test
  void withoutCohesionItIsTheCentroidOfWords() {
    double[] central = centrality();
    Summary summary =
        StrategyTexts.summarize(
            "cohesive-extract:cohesion=0,lambda=1", "sentences=6", Source.of(TEXT));
    for (SummarySentence sentence : summary.sentences()) {
      assertThat(sentence.score()).isCloseTo(central[sentence.index()], within(1e-12));
    }
  }

  private static double[] centrality() {
    List<String> sentences = new PeriodSplitter().split(TEXT).stream().map(Sentence::text).toList();
    return MarginalRelevance.ofHighest(TermVectors.of(sentences).cosinesToMean());
  }

  @Test
  void sentencesThatChainsTieToThePickedOnesScoreHigher() {
    // the first pick has no summary to tie to: half its centrality, which is 1
    Summary summary =
        StrategyTexts.summarize(
            "cohesive-extract:cohesion=0.5,lambda=1", "sentences=2", Source.of(TEXT));
    assertThat(StrategyTexts.texts(summary))
        .containsExactly("Rain filled the river.", "Nobody counted the rain.");
    assertThat(summary.sentences().get(0).score()).isCloseTo(0.5, within(1e-12));
    // the second: its only chain, the rain, is in mind
    double central = centrality()[5];
    assertThat(summary.sentences().get(1).score()).isCloseTo((central + 1) / 2, within(1e-12));
    // so are those of the river's banks, and of the rain of all week, which meets it next
    assertThat(central).isGreaterThan(centrality()[0]).isGreaterThan(centrality()[2]);
  }

  @Test
  void fullCohesionFollowsTheChainsAlone() {
    Summary summary =
        StrategyTexts.summarize(
            "cohesive-extract:cohesion=1,lambda=1", "sentences=4", Source.of(TEXT));
    // nothing ties before the first pick: the first sentence; then rain; then river; then rain
    assertThat(summary.sentences()).extracting(SummarySentence::index).containsExactly(0, 1, 2, 5);
    assertThat(summary.sentences())
        .extracting(SummarySentence::score)
        .containsExactly(0.0, 0.5, 1.0, 1.0); // of rain and river only rain was in mind
  }

  /** What the paper shows of its summaries: chains span neighbouring sentences. */
  @Test
  void speechesHoldTogetherBetterThanByCentralityAlone() throws IOException {
    double plain = 0;
    double cohesive = 0;
    List<String> rows = Files.readAllLines(Path.of("..", "examples", "corpus", "speeches.jsonl"));
    for (String row : rows) {
      String text = new ObjectMapper().readTree(row).get("text").asText();
      plain += tied("cohesive-extract:cohesion=0", text);
      cohesive += tied("cohesive-extract", text);
    }
    assertThat(cohesive / plain).isGreaterThan(1.1);
  }

  /** The mean share of a sentence's content words that the sentence before it has too. */
  private static double tied(String spec, String text) {
    List<String> kept =
        StrategyTexts.texts(StrategyTexts.summarizeProse(spec, "sentences=8", text));
    ContentWords words = ContentWords.inLanguageOf(text);
    double shares = 0;
    for (int i = 1; i < kept.size(); i++) {
      Set<String> own = new HashSet<>(words.of(kept.get(i)));
      Set<String> shared = new HashSet<>(own);
      shared.retainAll(words.of(kept.get(i - 1)));
      shares += (double) shared.size() / own.size();
    }
    return shares / (kept.size() - 1);
  }

  @Test
  void everyBadOptionIsNamed() {
    assertThatThrownBy(
            () -> Summarizers.REGISTRY.parse("cohesive-extract:cohesion=2,memory=0,lambda=-1"))
        .hasMessageContaining("cohesion must be 0 to 1, but is 2.0")
        .hasMessageContaining("memory must be at least 1, but is 0")
        .hasMessageContaining("lambda must be 0 to 1, but is -1.0");
  }
}
