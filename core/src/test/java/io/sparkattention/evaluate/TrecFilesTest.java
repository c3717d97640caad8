package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrecFilesTest {

  @Test
  void whatIsWrittenIsReadAgain() {
    Run run = TrecFiles.readRun(GoldenValues.lines("run-a.txt"));
    Qrels qrels = TrecFiles.readQrels(GoldenValues.lines("qrels.txt"));
    List<String> lines = TrecFiles.write(run);
    assertThat(TrecFiles.write(TrecFiles.readRun(lines))).isEqualTo(lines);
    assertThat(lines).hasSameSizeAs(GoldenValues.lines("run-a.txt"));
    assertThat(TrecFiles.readQrels(TrecFiles.write(qrels))).isEqualTo(qrels);
  }

  @Test
  void ranksFollowTheOrderOfTrecEval() {
    Run run =
        new Run(
            "tag",
            Map.of(
                "q",
                List.of(
                    new ScoredDocument("a", 1),
                    new ScoredDocument("b", 1),
                    new ScoredDocument("c", 2.5))));
    assertThat(TrecFiles.write(run))
        .containsExactly("q Q0 c 1 2.5 tag", "q Q0 b 2 1.0 tag", "q Q0 a 3 1.0 tag");
  }

  @Test
  void commentsBlankLinesTabsAndFurtherFieldsAreFine() {
    Run run =
        TrecFiles.readRun(
            List.of("# comment", "", "q1\tQ0\td1\t1\t-1e-3\ttag", "  q1 Q0 d2 2 7 tag more"));
    assertThat(run.documents().get("q1"))
        .containsExactly(new ScoredDocument("d1", -0.001), new ScoredDocument("d2", 7));
    assertThat(TrecFiles.readRun(List.of()).documents()).isEmpty();
    assertThat(TrecFiles.readQrels(List.of()).judgements()).isEmpty();
  }

  @Test
  void everyBadLineOfARunIsNamed() {
    List<String> lines =
        List.of(
            "q1 Q0 d1 1 2.0 tag",
            "q1 Q0 d2 2 high tag",
            "q1 Q0 d3 3",
            "q1 Q0 d1 4 1.0 tag",
            "q1 Q0 d5 5 NaN tag");
    assertThatThrownBy(() -> TrecFiles.readRun(lines))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 2: the score 'high' is no finite number")
        .hasMessageContaining("line 3: a run has 6 fields")
        .hasMessageContaining("line 4: document d1 of query q1 is there before")
        .hasMessageContaining("line 5: the score 'NaN'");
  }

  @Test
  void everyBadLineOfJudgementsIsNamedUpToTen() {
    assertThatThrownBy(
            () -> TrecFiles.readQrels(List.of("q1 0 d1 1", "q1 0 d1 2", "q1 0 d2 x", "q1 d3 1")))
        .hasMessageContaining("line 2: document d1 of query q1 is there before")
        .hasMessageContaining("line 3: the relevance 'x' is no whole number")
        .hasMessageContaining("line 4: judgements have 4 fields");
    List<String> bad = IntStream.range(0, 25).mapToObj(i -> "bad").toList();
    assertThatThrownBy(() -> TrecFiles.readQrels(bad))
        .hasMessageContaining("line 10:")
        .hasMessageContaining("and 15 lines more")
        .hasMessageNotContaining("line 11:");
  }

  @Test
  void whatNoFileCanHoldIsRefused() {
    assertThatThrownBy(() -> TrecFiles.write(run("a tag", "d", 1))).hasMessageContaining("a tag");
    assertThatThrownBy(() -> TrecFiles.write(run("tag", "", 1))).hasMessageContaining("empty");
    assertThatThrownBy(() -> TrecFiles.write(run("tag", "d", Double.NaN)))
        .hasMessageContaining("document d of query q has the score NaN");
  }

  private static Run run(String tag, String document, double score) {
    return new Run(tag, Map.of("q", List.of(new ScoredDocument(document, score))));
  }
}
