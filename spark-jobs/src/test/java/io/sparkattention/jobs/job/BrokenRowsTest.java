package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row of candidates, queries or passages that cannot be decoded costs no other its result. */
class BrokenRowsTest {

  private static final String BROKEN = "{\"query_id\": \"q1\", \"query\":";
  private static final String NOT_UTF8 = "not UTF-8: byte 0xEF at offset ";

  @TempDir Path folder;

  private List<String> rerank(Object... tables) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("rerank", "--strategy", "bm25", "--max-error-rate", 1, "--overwrite"));
    arguments.addAll(List.of("--output", folder.resolve("out")));
    arguments.addAll(List.of(tables));
    Run run = Run.of(arguments.toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return Run.table(folder.resolve("out"))
        .orderBy("query_id", "rank", "passage_id")
        .selectExpr(
            "concat_ws(' ', regexp_replace(query_id, '^file:[^#]*#[0-9A-F]+', 'file'), rank,"
                + " regexp_replace(passage_id, '^file:[^#]*#[0-9A-F]+', 'file'), error)")
        .collectAsList()
        .stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  private static String pair(String query, String text, String passage, String passageText) {
    return Lines.json("query_id", query, "query", text, "passage_id", passage, "text", passageText);
  }

  private Path write(String name, List<String> lines) {
    Lines written = new Lines();
    for (String line : lines) {
      written.raw(
          line, line.contains("\u00ef") ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }
    return written.to(folder.resolve(name));
  }

  @Test
  void aBadPassageOfPairsCostsOnlyItsOwnRow() {
    List<String> lines =
        new ArrayList<>(
            List.of(
                pair("q1", "cats", "p1", "na\u00efve cats"),
                pair("q1", "cats", "p2", "Cats and cats."),
                pair("q1", "cats", "p3", "Some cats sleep."),
                pair("q2", "na\u00efve", "p2", "Cats and cats."),
                BROKEN,
                BROKEN));
    for (int turn = 0; turn < 2; turn++) {
      List<String> rows = rerank("--input", write("pairs.jsonl", lines));
      assertThat(rows).hasSize(6);
      assertThat(rows.subList(0, 2))
          .containsExactly(
              "file file the passage: the line is not JSON",
              "file#2 file#2 the passage: the line is not JSON");
      assertThat(rows.subList(2, 6))
          .satisfiesExactlyInAnyOrder(
              row -> assertThat(row).startsWith("q1 p1 the passage: " + NOT_UTF8),
              row -> assertThat(row).isEqualTo("q1 1 p2"),
              row -> assertThat(row).isEqualTo("q1 2 p3"),
              row -> assertThat(row).startsWith("q2 p2 the").contains(NOT_UTF8));
      Collections.reverse(lines);
    }
  }

  @Test
  void rowsOfPairsThatAreCutShortContradictNothing() {
    Path pairs =
        write(
            "pairs.csv",
            List.of(
                "query_id,passage_id,query,text",
                "q1,p1",
                "q1,p2,cats,Cats.",
                "q1,p1,cats,Cats sleep."));
    assertThat(rerank("--input", pairs))
        .containsExactly(
            "q1 file the passage: the row has not the 4 fields of the header",
            "q1 1 p2",
            "q1 2 p1");
    Path apart =
        write(
            "apart.csv",
            List.of(
                "query_id,passage_id,query,text",
                "q1,p1",
                "q1,p2,cats,Cats.",
                "q2,p1,cats,Cats sleep."));
    assertThat(rerank("--input", apart))
        .containsExactly(
            "q1 p1 the passage: the row has not the 4 fields of the header", "q1 1 p2", "q2 1 p1");
  }

  @Test
  void brokenLinesOfTablesAreErrorRowsOrCounted() throws IOException {
    String broken = "{\"query";
    Path queries =
        write(
            "queries.jsonl",
            List.of(Lines.json("query_id", "q1", "query", "cats"), broken, broken));
    Path passages =
        write(
            "passages.jsonl",
            List.of(broken, Lines.json("passage_id", "p1", "text", "Cats sleep.")));
    Path candidates =
        write(
            "candidates.jsonl",
            List.of(
                broken,
                Lines.json("query_id", "q1", "passage_id", "p1"),
                Lines.json("query_id", "q2", "passage_id", "p1"),
                broken));
    assertThat(rerank("--queries", queries, "--passages", passages, "--candidates", candidates))
        .containsExactly(
            "file file the passage: the line is not JSON",
            "file#2 file#2 the passage: the line is not JSON",
            "q1 1 p1",
            "q2 p1 the query: there is none with query_id 'q2'");
    JsonNode counters =
        new ObjectMapper().readTree(folder.resolve("out/_run.json").toFile()).get("counters");
    assertThat(counters.get("query_lines_lost").asLong()).isEqualTo(2);
    assertThat(counters.get("passage_lines_lost").asLong()).isEqualTo(1);
    assertThat(rerank("--queries", queries, "--passages", passages)).containsExactly("q1 1 p1");
  }

  @Test
  void queriesWithoutAnIdAreStillRefused() {
    Path queries =
        write(
            "queries.jsonl",
            List.of(
                Lines.json("query_id", "q1", "query", "cats"),
                Lines.json("query", "dogs"),
                "{\"query"));
    assertThat(
            Run.of(
                    "rerank",
                    "--queries",
                    queries,
                    "--passages",
                    write("p.jsonl", List.of(Lines.json("passage_id", "p", "text", "Cats."))),
                    "--output",
                    folder.resolve("out"))
                .problems())
        .containsExactly(
            "1 queries of "
                + queries
                + " have no query_id (null, or not UTF-8): give each its own, or drop them");
  }

  @Test
  void badLinesOfARunOfTrecAreErrorRows() throws IOException {
    Path queries = write("queries.jsonl", List.of(Lines.json("query_id", "q1", "query", "cats")));
    Path passages =
        write("passages.jsonl", List.of(Lines.json("passage_id", "p1", "text", "Cats sleep.")));
    Path run =
        Files.writeString(
            folder.resolve("lines.run"), "q1 Q0 p1 1 2.5 tag\nq1 p1\nq1 p1\n# comment\n");
    assertThat(rerank("--queries", queries, "--passages", passages, "--candidates", run))
        .containsExactly(
            "file file the passage: the line has neither the 6 fields of a run nor the 4 of a"
                + " judgement",
            "file#2 file#2 the passage: the line has neither the 6 fields of a run nor the 4 of a"
                + " judgement",
            "q1 1 p1");
  }
}
