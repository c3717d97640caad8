package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummarizeJobTest {

  private static final String TINY = "classpath:golden/bert-sentence-transformer";

  @TempDir Path folder;

  @Test
  void sentencesStandInTheTextWhereTheirOffsetsSay() {
    Path input =
        new Lines()
            .add(
                "id",
                "emoji",
                "text",
                "🎉🎉 It began 👩‍🚀 well. Then it went on. It ended 🙂 here.")
            .add("id", "plain", "text", "One came first. Two came then. Three came last.")
            .to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    Run run =
        Run.of(
            "summarize",
            "--input",
            input,
            "--output",
            output,
            "--model",
            TINY,
            "--budget",
            "sentences=2");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    Dataset<Row> found =
        Run.table(output)
            .selectExpr("id", "explode(sentences) s", "model", "attention", "tokens_in", "error")
            .join(LocalSpark.session().read().json(input.toString()), "id")
            .selectExpr(
                "s.text as said",
                "substring(text, s.start + 1, s.end - s.start) as found",
                "model",
                "attention",
                "tokens_in",
                "error");
    assertThat(found.collectAsList())
        .hasSize(4)
        .allSatisfy(
            row -> {
              assertThat(row.getString(0)).isEqualTo(row.getString(1));
              assertThat(row.getString(2)).isEqualTo(TINY);
              assertThat(row.getString(3)).startsWith("dense");
              assertThat(row.getInt(4)).isPositive();
              assertThat(row.getString(5)).isNull();
            });
  }

  @Test
  void theSchemaAndTheRunAreWrittenDown() throws IOException {
    Path input = Lines.documents(3).to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve("out");
    Run.of("summarize", "--input", input, "--output", output, "--model", TINY);
    assertThat(Run.table(output).schema().apply("id").metadata().getString(OutputSchema.METADATA))
        .isEqualTo("summaries/5");
    JsonNode run = new ObjectMapper().readTree(output.resolve("_run.json").toFile());
    assertThat(run.at("/status").asText()).isEqualTo("done");
    assertThat(run.at("/exitCode").asInt()).isZero();
    assertThat(run.at("/settings/strategy").asText()).isEqualTo("lexrank");
    assertThat(run.at("/versions/spark").asText()).isEqualTo(LocalSpark.session().version());
    assertThat(run.at("/versions/engine").asText()).startsWith("PyTorch ");
    assertThat(run.at("/fingerprint").asText()).isNotEmpty();
    assertThat(run.at("/counts/rows").asInt()).isEqualTo(3);
    assertThat(run.at("/counts/tokensIn").asInt()).isPositive();
    assertThat(run.at("/seconds/computing").asDouble()).isPositive();
  }

  @Test
  void slicesWindowsAndPartitionsChangeNothing() {
    Path input = Lines.documents(23).to(folder.resolve("documents.jsonl"));
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    Run.of("summarize", "--input", input, "--output", one, "--model", TINY);
    Run.of(
        "summarize",
        "--input",
        input,
        "--output",
        other,
        "--model",
        TINY,
        "--slice-rows",
        5,
        "--window-rows",
        2,
        "--partitions",
        3);
    String columns = "concat_ws('|', id, summary, cast(sentences.index as string), tokens_in)";
    assertThat(Run.table(other).selectExpr(columns).collectAsList())
        .containsExactlyInAnyOrderElementsOf(Run.table(one).selectExpr(columns).collectAsList());
  }

  @Test
  void documentsOfAGroupShareASummary() {
    Path input =
        new Lines()
            .add("id", "b", "topic", "rain", "text", "Rain fell. It was a long rain.")
            .add("id", "a", "topic", "rain", "text", "Rain again 🌧 today. No end.")
            .add("id", "c", "topic", "sun", "text", "The sun came out.")
            .to(folder.resolve("documents.jsonl"));
    Run run = lead(input, "--group-column", "topic", "--budget", "sentences=3");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(summaries())
        .containsExactlyInAnyOrder(
            "rain|Rain again 🌧 today. No end. Rain fell.|[a, a, b]|[0, 1, 0]|null",
            "sun|The sun came out.|[c]|[0]|null");
  }

  @Test
  void aGroupOfOneIsSummarizedAsItsDocument() {
    Path input = Lines.documents(5).to(folder.resolve("documents.jsonl"));
    lead(input, "--budget", "words=5");
    List<String> alone = summaries();
    Path other = folder.resolve("grouped");
    Run.of(
        "summarize",
        "--input",
        input,
        "--output",
        other,
        "--strategy",
        "lead",
        "--budget",
        "words=5",
        "--group-column",
        "id");
    assertThat(summaries(other)).containsExactlyInAnyOrderElementsOf(alone);
  }

  @Test
  void everyBadDocumentOfAGroupIsNamedInItsError() {
    Path input =
        new Lines()
            .add("id", "a", "topic", "bad", "text", "Fine.")
            .add("id", "b", "topic", "bad", "text", null)
            .add("id", "c", "topic", "bad", "text", " ")
            .add("id", "d", "topic", "good", "text", "Fine.")
            .to(folder.resolve("documents.jsonl"));
    Run run = lead(input, "--group-column", "topic", "--max-error-rate", "1");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(summaries())
        .containsExactlyInAnyOrder(
            "bad|null|null|null|document 'b': the text is null; document 'c': the text is empty",
            "good|Fine.|[d]|[0]|null");
  }

  @Test
  void aDocumentMayBeInSeveralGroupsButNotTwiceInOne() {
    Path input =
        new Lines()
            .add("id", "a", "topic", "x", "text", "Fine.")
            .add("id", "a", "topic", "y", "text", "Fine.")
            .to(folder.resolve("documents.jsonl"));
    assertThat(lead(input, "--group-column", "topic").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(summaries())
        .containsExactlyInAnyOrder("x|Fine.|[a]|[0]|null", "y|Fine.|[a]|[0]|null");
    Path twice =
        new Lines()
            .add("id", "a", "topic", "x", "text", "Fine.")
            .add("id", "a", "topic", "x", "text", "Good.")
            .to(folder.resolve("twice.jsonl"));
    Run refused = lead(twice, "--group-column", "topic", "--overwrite");
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("occur more than once").contains("'a, x' (2 times)");
  }

  @Test
  void queriesDecideAndAMissingOneIsAnErrorOfItsRow() {
    String text = "One came first. Two came then. Three came last.";
    Path input =
        new Lines()
            .add("id", "asked", "question", "Two came then.", "text", text)
            .add("id", "silent", "question", null, "text", text)
            .to(folder.resolve("documents.jsonl"));
    Run run =
        Run.of(
            "summarize",
            "--input",
            input,
            "--output",
            folder.resolve("out"),
            "--model",
            TINY,
            "--strategy",
            "query-focused",
            "--query-column",
            "question",
            "--budget",
            "sentences=1",
            "--max-error-rate",
            "1");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(summaries())
        .containsExactlyInAnyOrder(
            "asked|Two came then.|[asked]|[1]|null",
            "silent|null|null|null|there is no query, which this strategy looks for: give one to"
                + " each row");
  }

  @Test
  void queriesAndStrategiesMustFit() {
    Path input =
        new Lines()
            .add("id", "a", "topic", "x", "question", "one", "text", "Fine.")
            .add("id", "b", "topic", "x", "question", "two", "text", "Fine.")
            .to(folder.resolve("documents.jsonl"));
    Run unasked = lead(input, "--query-column", "question");
    assertThat(unasked.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unasked.err()).contains("strategy lead looks for no query: drop --query-column");
    Run silent =
        Run.of(
            "summarize",
            "--input",
            input,
            "--output",
            folder.resolve("out"),
            "--model",
            TINY,
            "--strategy",
            "query-focused");
    assertThat(silent.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(silent.err())
        .contains("strategy query-focused looks for a query: name its column by --query-column");
    Run several =
        Run.of(
            "summarize",
            "--input",
            input,
            "--output",
            folder.resolve("out"),
            "--model",
            TINY,
            "--strategy",
            "query-focused",
            "--group-column",
            "topic",
            "--query-column",
            "question");
    assertThat(several.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(several.err()).contains("'x'").contains("query");
  }

  @Test
  void sentencesAreFoundAsAsked() {
    Path input =
        new Lines()
            .add("id", "a", "text", "Dr. Jones came. He sat.")
            .to(folder.resolve("documents.jsonl"));
    lead(input, "--sentences", "unicode", "--budget", "sentences=1");
    assertThat(summaries()).containsExactly("a|Dr.|[a]|[0]|null");
    lead(input, "--sentences", "eng", "--budget", "sentences=1", "--overwrite");
    assertThat(summaries()).containsExactly("a|Dr. Jones came.|[a]|[0]|null");
  }

  private Run lead(Path input, String... options) {
    return Run.of(
        Stream.concat(
                Stream.of(
                    "summarize",
                    "--input",
                    input,
                    "--output",
                    folder.resolve("out"),
                    "--strategy",
                    "lead"),
                Stream.of(options))
            .toArray());
  }

  private List<String> summaries() {
    return summaries(folder.resolve("out"));
  }

  private static List<String> summaries(Path output) {
    return Run.table(output)
        .selectExpr(
            "concat_ws('|', id, coalesce(summary, 'null'),"
                + " coalesce(cast(sentences.document as string), 'null'),"
                + " coalesce(cast(sentences.index as string), 'null'), coalesce(error, 'null'))")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
