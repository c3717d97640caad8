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
        .isEqualTo("summaries/2");
    JsonNode run = new ObjectMapper().readTree(output.resolve("_run.json").toFile());
    assertThat(run.at("/status").asText()).isEqualTo("done");
    assertThat(run.at("/exitCode").asInt()).isZero();
    assertThat(run.at("/settings/strategy").asText()).isEqualTo("lexrank");
    assertThat(run.at("/versions/spark").asText()).isEqualTo(LocalSpark.session().version());
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
}
