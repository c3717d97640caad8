package io.sparkattention.summarize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.model.Outcome;
import io.sparkattention.text.SentenceSplitters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Summaries of real documents, the longest of more than 20,000 words. */
class SpeechSummariesTest {

  static List<String> names() {
    return SummarizersTest.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void speechesAreQuotedVerbatim(String name) throws IOException {
    List<String> speeches = new ArrayList<>();
    ObjectMapper json = new ObjectMapper();
    for (String row : Files.readAllLines(Path.of("..", "examples", "corpus", "speeches.jsonl"))) {
      speeches.add(json.readTree(row).get("text").asText());
    }
    List<Outcome<Summary>> summaries =
        Summarizers.REGISTRY
            .parse(name)
            .summarize(
                speeches.stream().map(text -> Source.of(text).withQuery("peace")).toList(),
                Budget.sentences(7),
                SummarizersTest.context(SentenceSplitters.byLanguage()));
    assertThat(summaries).hasSameSizeAs(speeches).noneMatch(Outcome::failed);
    for (int i = 0; i < speeches.size(); i++) {
      int[] codePoints = speeches.get(i).codePoints().toArray();
      assertThat(summaries.get(i).value().sentences()).hasSize(7);
      assertThat(summaries.get(i).value().truncated()).isFalse();
      for (SummarySentence sentence : summaries.get(i).value().sentences()) {
        assertThat(new String(codePoints, sentence.start(), sentence.end() - sentence.start()))
            .isEqualTo(sentence.text());
      }
    }
  }
}
