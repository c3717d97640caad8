package io.sparkattention.jobs.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.cluster.SameRows;
import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.udfs.LocalSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every job reads, writes and takes its model from a store, and makes the rows of local files. */
class StoredJobsTest {

  private static final List<String> JOBS =
      List.of("summarize", "embed", "rerank", "attention-stats", "evaluate");
  private static final Map<String, List<Row>> LOCAL = new HashMap<>();

  @TempDir static Path folder;
  private static Path corpus;
  private static Path local;

  @BeforeAll
  static void runOnLocalFiles() throws IOException {
    corpus = Corpus.write(Files.createDirectories(folder.resolve("corpus")));
    local = Corpus.write(Files.createDirectories(folder.resolve("local")));
    for (String job : JOBS) {
      LOCAL.put(job, rows(local + "/", job));
    }
  }

  private static Object[] arguments(String root, String job) {
    List<Object> arguments = new ArrayList<>(List.of(job, "--output", root + "out/" + job));
    arguments.addAll(
        switch (job) {
          case "rerank" ->
              List.of(
                  "--queries",
                  root + "queries.jsonl",
                  "--passages",
                  root + "passages.jsonl",
                  "--embeddings",
                  root + "out/embed",
                  "--trec-run",
                  root + "run.trec",
                  "--strategy",
                  "bi-encoder",
                  "--model",
                  root + "models/encoder");
          case "evaluate" ->
              List.of(
                  "--predictions",
                  root + "out/summarize",
                  "--references",
                  root + "references.jsonl",
                  "--metrics",
                  "rouge1");
          case "embed" ->
              List.of(
                  "--input",
                  root + "passages.jsonl",
                  "--id-column",
                  "passage_id",
                  "--role",
                  "passage",
                  "--model",
                  root + "models/encoder");
          default ->
              List.of("--input", root + "documents.jsonl", "--model", root + "models/encoder");
        });
    return arguments.toArray();
  }

  /** The rows that a job makes of what lies below a root. */
  private static List<Row> rows(String root, String job) {
    Run run = Run.of(arguments(root, job));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    var table = LocalSpark.session().read().parquet(root + "out/" + job);
    List<String> left = new ArrayList<>(List.of(table.columns()));
    left.removeAll(List.of("duration_ms", "model"));
    String[] columns = left.toArray(String[]::new);
    return table
        .select(columns[0], List.of(columns).subList(1, columns.length).toArray(String[]::new))
        .orderBy(columns[0], columns[1], columns[2])
        .collectAsList();
  }

  @Tag("thorough") // half a minute; single jobs are tested on S3 in all builds
  @Test
  void theRowsOnS3AreThoseOfLocalFiles() throws IOException {
    S3Store store = S3Store.started();
    assertRowsAreThoseOfLocalFiles(store);
    assertThat(store.proxy().seen("GET .*jobs/models/encoder/model.safetensors")).isEqualTo(1);
  }

  @Test
  void theRowsOnHdfsAreThoseOfLocalFiles() throws IOException {
    assertRowsAreThoseOfLocalFiles(HdfsStore.started());
  }

  private static void assertRowsAreThoseOfLocalFiles(Store store) throws IOException {
    store.put(corpus, "jobs");
    String root = store.path("jobs/");
    for (String job : JOBS) {
      SameRows.assertSame(rows(root, job), LOCAL.get(job));
      JsonNode record = new ObjectMapper().readTree(store.read("jobs/out/" + job + "/_run.json"));
      assertThat(record.get("status").asText()).isEqualTo("done");
      for (String name : List.of("_SUCCESS", "_manifest.json", "_owner", "_slices/00000.json")) {
        assertThat(store.holds("jobs/out/" + job + "/" + name)).as("%s %s", job, name).isTrue();
      }
    }
    assertThat(store.read("jobs/out/evaluate/_report.html")).contains("rouge1").contains("</html>");
    assertThat(store.read("jobs/run.trec")).isEqualTo(Files.readString(local.resolve("run.trec")));
  }
}
