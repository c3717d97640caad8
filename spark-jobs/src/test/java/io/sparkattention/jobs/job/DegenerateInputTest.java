package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Too little to work on has an outcome that can be told beforehand. */
class DegenerateInputTest {

  private static final String TINY = "classpath:golden/bert-sentence-transformer";
  private static final String NO_BREAK_SPACES = "\u00a0 \u00a0"; // not blank, and no sentence

  @TempDir Path folder;

  @Test
  void documentsOfNoSentenceOfOneAndOfEqualOnes() {
    Path input =
        new Lines()
            .add("id", "one", "text", "Only this sentence stands here.")
            .add("id", "none", "text", NO_BREAK_SPACES)
            .add("id", "blank", "text", " \n ")
            .add("id", "null", "text", null)
            .add("id", "mark", "text", "?!")
            .add("id", "tie", "text", "All say this. All say this. All say this. All say this.")
            .to(folder.resolve("documents.jsonl"));
    List<Row> rows = summaries(input, "--budget", "sentences=2");
    assertThat(rows)
        .extracting(row -> row.getString(0) + " | " + row.getString(1) + " | " + row.getString(2))
        .containsExactly(
            "blank | null | the text is empty",
            "mark | ?! | null",
            "none | null | no sentence was found in the text",
            "null | null | the text is null",
            "one | Only this sentence stands here. | null",
            "tie | All say this. All say this. | null");
    assertThat(rows.get(5).<Integer>getList(3)).as("the first of equal ones").containsExactly(0, 1);
    assertThat(rows.get(4).<Integer>getList(3)).containsExactly(0);
    assertThat(rows.get(4).<Double>getList(4).get(0))
        .as("all centrality")
        .isEqualTo(1, within(1e-6));
    assertThat(rows.get(5).<Double>getList(4)).allMatch(score -> Math.abs(score - 0.25) < 1e-6);
  }

  @Test
  void groupsOfOneAndOfWhatCannotBeRead() {
    Path input =
        new Lines()
            .add("id", "a", "set", "alone", "text", "One came. Two went.")
            .add("id", "b", "set", "mixed", "text", "Three stayed.")
            .add("id", "c", "set", "mixed", "text", null)
            .add("id", "d", "set", "mixed", "text", NO_BREAK_SPACES)
            .add("id", "e", "set", "nothing", "text", "")
            .to(folder.resolve("documents.jsonl"));
    assertThat(summaries(input, "--group-column", "set", "--budget", "sentences=1"))
        .extracting(row -> row.getString(0) + " | " + row.getString(2))
        .containsExactly(
            "alone | null",
            "mixed | document 'c': the text is null",
            "nothing | the text is empty");
  }

  private List<Row> summaries(Path input, Object... more) {
    Path output = folder.resolve("out");
    List<Object> arguments =
        new ArrayList<>(List.of("summarize", "--input", input, "--output", output));
    arguments.addAll(List.of("--model", TINY, "--max-error-rate", 1));
    arguments.addAll(List.of(more));
    done(Run.of(arguments.toArray()));
    return Run.table(output)
        .orderBy("id")
        .select("id", "summary", "error", "sentences.index", "sentences.score")
        .collectAsList();
  }

  @Test
  void queriesWithoutCandidatesWithOneAndWithEqualOnes() {
    Path queries =
        new Lines()
            .add("query_id", "without", "query", "cats")
            .add("query_id", "one", "query", "cats")
            .add("query_id", "tie", "query", "cats")
            .add("query_id", "unrelated", "query", "zebra")
            .add("query_id", "unread", "query", "cats")
            .to(folder.resolve("queries.jsonl"));
    Lines passages = new Lines();
    Lines candidates = new Lines().add("query_id", "one", "passage_id", "p3");
    for (String id : List.of("p3", "p1", "p10", "p2")) {
      passages.add("passage_id", id, "text", "Cats sleep.");
      candidates.add("query_id", "tie", "passage_id", id);
      candidates.add("query_id", "unrelated", "passage_id", id);
    }
    candidates.add("query_id", "unread", "passage_id", "gone");
    candidates.add("query_id", "unread", "passage_id", "null");
    passages.add("passage_id", "null", "text", null);
    Object[] tables = {
      "rerank",
      "--queries",
      queries,
      "--passages",
      passages.to(folder.resolve("passages.jsonl")),
      "--candidates",
      candidates.to(folder.resolve("candidates.jsonl")),
      "--model",
      TINY,
      "--max-error-rate",
      1
    };
    for (String strategy : List.of("bm25", "bi-encoder")) {
      Path output = folder.resolve(strategy);
      List<Object> arguments = new ArrayList<>(List.of(tables));
      arguments.addAll(List.of("--strategy", strategy, "--output", output));
      done(Run.of(arguments.toArray()));
      List<Row> rows =
          Run.table(output)
              .orderBy("query_id", "rank", "passage_id")
              .selectExpr("concat_ws(' ', query_id, rank, passage_id, error)")
              .collectAsList();
      assertThat(rows)
          .as(strategy)
          .extracting(row -> row.getString(0))
          .containsExactly(
              "one 1 p3",
              "tie 1 p1",
              "tie 2 p10",
              "tie 3 p2",
              "tie 4 p3",
              "unread gone the passage: there is none with passage_id 'gone'",
              "unread null the passage is null",
              "unrelated 1 p1",
              "unrelated 2 p10",
              "unrelated 3 p2",
              "unrelated 4 p3");
    }
  }

  @Test
  void judgementsForUnknownIdsCountAsNotFound() {
    Path ranking =
        new Lines()
            .add("query_id", "judged", "passage_id", "a", "score", 2)
            .add("query_id", "judged", "passage_id", "b", "score", 1)
            .add("query_id", "unjudged", "passage_id", "a", "score", 1)
            .to(folder.resolve("ranking.jsonl"));
    Path judgements =
        new Lines()
            .add("query_id", "judged", "passage_id", "a", "relevance", 1)
            .add("query_id", "judged", "passage_id", "unknown", "relevance", 1)
            .add("query_id", "unknown", "passage_id", "a", "relevance", 1)
            .add("query_id", "unknown", "passage_id", "unknown", "relevance", 1)
            .to(folder.resolve("judgements.jsonl"));
    assertThat(scores(ranking, judgements, "recall@10,mrr"))
        .containsExactly(
            "judged mrr 1.0", "judged recall@10 0.5", "unknown mrr 0.0", "unknown recall@10 0.0");
    Path summaries =
        new Lines()
            .add("id", "referred", "summary", "Cats sleep.")
            .add("id", "unreferred", "summary", "Cats sleep.")
            .to(folder.resolve("summaries.jsonl"));
    Path references =
        new Lines()
            .add("id", "referred", "reference", "Cats sleep.")
            .add("id", "unknown", "reference", "Cats sleep.")
            .to(folder.resolve("references.jsonl"));
    assertThat(scores(summaries, references, "rouge1"))
        .contains("referred rouge1 1.0", "unknown rouge1 0.0")
        .noneMatch(score -> score.startsWith("unreferred"));
  }

  private List<String> scores(Path predictions, Path references, String metrics) {
    Path output = folder.resolve("scores");
    done(
        Run.of(
            "evaluate",
            "--predictions",
            predictions,
            "--references",
            references,
            "--metrics",
            metrics,
            "--output",
            output,
            "--overwrite"));
    return Run.table(output)
        .selectExpr("concat_ws(' ', id, metric, score, error) as line")
        .orderBy("line")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  private static void done(Run run) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }
}
