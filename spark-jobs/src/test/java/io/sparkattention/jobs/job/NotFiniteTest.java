package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that makes NaN of a question mark costs the rows that hold one, and no others. */
class NotFiniteTest {

  private static final String NO_QUERY = "the query could not be embedded: ";

  @TempDir Path folder;
  private Path encoder;
  private Path crossEncoder;
  private Path documents;
  private Path pairs;

  @BeforeEach
  void write() throws IOException {
    encoder = GoldenModel.copy("bert-sentence-transformer", folder.resolve("encoder"));
    GoldenModel.spoil(encoder, "?");
    crossEncoder = GoldenModel.copy("bert-cross-encoder-sigmoid", folder.resolve("pairs"));
    GoldenModel.spoil(crossEncoder, "?");
    documents =
        new Lines()
            .add("id", "good", "text", "Cats sleep. Dogs run.")
            .add("id", "nan", "text", "Cats sleep. Why? Dogs run.")
            .to(folder.resolve("documents.jsonl"));
    pairs =
        new Lines()
            .add("query_id", "nan", "query", "cats?", "passage_id", "good", "text", "Cats sleep.")
            .add("query_id", "q", "query", "cats", "passage_id", "good", "text", "Cats sleep.")
            .add("query_id", "q", "query", "cats", "passage_id", "nan", "text", "Why?")
            .to(folder.resolve("pairs.jsonl"));
  }

  @Test
  void vectorsAreErrors() {
    assertThat(rows("id, vector is null, error", "embed", "--input", documents, "--model", encoder))
        .containsExactly("good false null", "nan true the model gave a vector that is not finite");
  }

  @Test
  void summariesAreErrors() {
    Map<String, String> reasons =
        Map.of(
            "lexrank", "the model gave a vector that is not finite",
            "centroid", "the model gave a vector that is not finite",
            "attention-salience", "the score of sentence 0 is NaN: the model gave no number");
    reasons.forEach(
        (strategy, reason) ->
            assertThat(
                    rows(
                        "id, summary is null, error",
                        "summarize",
                        "--input",
                        documents,
                        "--model",
                        encoder,
                        "--strategy",
                        strategy))
                .as(strategy)
                .containsExactly("good false null", "nan true " + reason));
  }

  @Test
  void scoresAreErrorsAndHaveNoRank() {
    String vector = "the model gave a vector that is not finite";
    String token = "the model gave a token a vector that is not finite";
    String score = "the model gave a score that is not finite";
    assertRanking("bi-encoder", encoder, NO_QUERY + vector, vector);
    assertRanking("late-interaction", encoder, NO_QUERY + token, token);
    assertRanking("cross-encoder", crossEncoder, score, score);
  }

  private void assertRanking(String strategy, Path model, String ofQuery, String ofPassage) {
    assertThat(
            rows(
                "query_id, passage_id, score is null, rank, error",
                "rerank",
                "--input",
                pairs,
                "--model",
                model,
                "--strategy",
                strategy))
        .as(strategy)
        .containsExactly(
            "nan good true null " + ofQuery, "q good false 1 null", "q nan true null " + ofPassage);
  }

  @Test
  void statisticsAreNotDefined() {
    assertThat(
            rows(
                "id, layer, entropy is null, error",
                "attention-stats",
                "--input",
                documents,
                "--model",
                encoder))
        .containsOnly(
            "good 0 false null", "good 1 false null", "nan 0 true null", "nan 1 true null");
  }

  /** Columns of what a job wrote, in order. */
  private List<String> rows(String columns, String job, Object... more) {
    Path output = folder.resolve("out");
    List<Object> arguments =
        new ArrayList<>(List.of(job, "--output", output, "--overwrite", "--max-error-rate", 1));
    arguments.addAll(List.of(more));
    Run run = Run.of(arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return Run.table(output).selectExpr(columns.split(", ")).collectAsList().stream()
        .map(row -> row.mkString(" "))
        .sorted()
        .toList();
  }
}
