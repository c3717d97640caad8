package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an evaluation refuses, told at once and before any work. */
class EvaluateBadInputTest {

  @TempDir Path folder;
  private Path run;
  private Path qrels;
  private Path summaries;

  @BeforeEach
  void write() {
    run =
        new Lines()
            .add("query_id", "q", "passage_id", "p", "score", 1.5)
            .to(folder.resolve("run.jsonl"));
    qrels =
        new Lines()
            .add("query_id", "q", "passage_id", "p", "relevance", 1)
            .to(folder.resolve("qrels.jsonl"));
    summaries = new Lines().add("id", "a", "summary", "Text.").to(folder.resolve("s.jsonl"));
  }

  private List<String> problems(Object... arguments) {
    List<Object> all = new ArrayList<>(List.of("evaluate", "--output", folder.resolve("out")));
    all.addAll(Arrays.asList(arguments));
    Run refused = Run.of(all.toArray());
    assertThat(refused.exitCode()).as(refused.out()).isEqualTo(ExitCode.USAGE);
    assertThat(folder.resolve("out")).doesNotExist();
    return refused.problems();
  }

  @Test
  void metricsAreToldWithTheirNearestNames() {
    assertThat(
            problems(
                "--predictions", run, "--references", qrels, "--metrics", "nbcg@10,rouge0,mrr"))
        .singleElement()
        .asString()
        .startsWith("--metrics nbcg@10,rouge0,mrr: ")
        .contains("nbcg")
        .contains("rouge0")
        .contains("did you mean 'ndcg'");
  }

  @Test
  void numbersOfIntervalsAreChecked() {
    assertThat(
            problems(
                "--predictions",
                run,
                "--references",
                qrels,
                "--metrics",
                "mrr",
                "--confidence",
                1,
                "--resamples",
                10,
                "--seed",
                "x"))
        .containsExactlyInAnyOrder(
            "--confidence 1: use a number between 0 and 1, such as 0.95",
            "--resamples 10: use a whole number from 1000 to 2147483647",
            "--seed x: use a whole number, in digits");
  }

  @Test
  void metricsAndInputsMustFit() {
    assertThat(problems("--predictions", run, "--metrics", "mrr,rouge1"))
        .containsExactly(
            "--metrics mixes mrr of rankings with rouge1 of summaries: run evaluate once for each");
    assertThat(problems("--predictions", run, "--sources", summaries, "--metrics", "mrr,map"))
        .containsExactly(
            "--references is missing: mrr, map cannot do without",
            "--sources is read by none of mrr, map: leave it out");
    assertThat(
            problems(
                "--predictions", summaries, "--references", summaries, "--metrics", "own-document"))
        .containsExactly(
            "--references is read by none of own-document: leave it out",
            "--sources is missing: own-document cannot do without");
  }

  @Test
  void columnsAndKeysAreToldTogether() {
    Path twice =
        new Lines()
            .add("id", "a", "summary", "One.")
            .add("id", "a", "summary", "Two.")
            .to(folder.resolve("twice.jsonl"));
    Path unnamed =
        new Lines().add("id", null, "reference", "x").to(folder.resolve("unnamed.jsonl"));
    assertThat(
            problems(
                "--predictions",
                twice,
                "--baseline",
                run,
                "--references",
                unnamed,
                "--metrics",
                "rouge1"))
        .containsExactly(
            "1 id of "
                + twice
                + " occur more than once, such as 'a' (2 times): each must name one row",
            "column 'id' is missing in "
                + run
                + ": it has passage_id, query_id, score; name another with --id-column",
            "column 'summary' is missing in "
                + run
                + ": it has passage_id, query_id, score; name another with --summary-column",
            "1 references of "
                + unnamed
                + " have no id: give each that of its document, or drop them");
  }

  @Test
  void scoresAndJudgementsAreNumbers() throws IOException {
    Path words =
        new Lines()
            .add("query_id", "q", "passage_id", "p", "relevance", "much")
            .to(folder.resolve("words.jsonl"));
    Path halves =
        new Lines()
            .add("query_id", "q", "passage_id", "p", "relevance", 0.5)
            .to(folder.resolve("halves.jsonl"));
    Path broken = folder.resolve("broken.run");
    Files.writeString(broken, "q Q0 p 1 high tag\nq Q0 r 2 1.0 tag\n");
    assertThat(problems("--predictions", broken, "--references", words, "--metrics", "mrr"))
        .containsExactly(
            "1 rows of "
                + words
                + " have no whole number in column relevance, such as 'much' is no number of query"
                + " q and passage p",
            "1 rows of "
                + broken
                + " have no finite number in column score, such as 'high' is no number of query q"
                + " and passage p");
    assertThat(problems("--predictions", run, "--references", halves, "--metrics", "mrr"))
        .containsExactly(
            "1 rows of "
                + halves
                + " have no whole number in column relevance, such as 0.5 of query q and passage"
                + " p");
    Path fields = folder.resolve("fields.qrels");
    Files.writeString(fields, "q p 1\n");
    assertThat(problems("--predictions", run, "--references", fields, "--metrics", "mrr"))
        .singleElement()
        .asString()
        .contains("have no query_id");
    Path cut =
        new Lines()
            .add("query_id", "q", "passage_id", "p", "score", 1.5)
            .raw("{\"query_id\": \"q\",", StandardCharsets.UTF_8)
            .to(folder.resolve("cut.jsonl"));
    assertThat(problems("--predictions", cut, "--references", qrels, "--metrics", "mrr"))
        .singleElement()
        .asString()
        .startsWith("1 passages of " + cut + " have no query_id or no passage_id");
  }
}
