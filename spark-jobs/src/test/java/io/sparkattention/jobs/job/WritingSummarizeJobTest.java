package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Book;
import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.udfs.LocalSpark;
import io.sparkattention.udfs.function.SparkAttention;
import io.sparkattention.udfs.metrics.InferenceActivity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Summaries that a model writes, as a job. */
class WritingSummarizeJobTest {

  private static final Path MODELS =
      Path.of("..", "core", "src", "test", "resources", "golden-generation");
  private static final String TEXT =
      "Mice eat cheese. Cats eat mice. The moon is far away. Rain fell for days. It stopped. Then"
          + " came the sun. Bees flew. A river ran to the sea. Fish swam. Stars rose.";

  @TempDir Path folder;
  private Path input;

  @BeforeEach
  void write() {
    input =
        new Lines()
            .add("id", "long", "text", TEXT)
            .add("id", "short", "text", "One sentence.")
            .add("id", "none", "text", null)
            .add("id", "blank", "text", " ")
            .add("id", "twice", "text", TEXT + " " + TEXT)
            .to(folder.resolve("documents.jsonl"));
  }

  private Run summarize(String model, String strategy, Path output, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("summarize", "--input", input, "--output", output, "--strategy", strategy));
    arguments.addAll(List.of("--model", MODELS.resolve(model)));
    arguments.addAll(Arrays.asList(more));
    return Run.of(arguments.toArray());
  }

  private static Map<String, Row> rows(Path output) {
    return Run.table(output).drop("duration_ms").collectAsList().stream()
        .collect(Collectors.toMap(row -> row.getAs("id"), row -> row));
  }

  @Test
  void attentionIsToldOnRequest() {
    Path output = folder.resolve("watched");
    Object[] options = {
      "--generation",
      "max_new_tokens=6,min_new_tokens=6",
      "--max-tokens",
      "400",
      "--max-error-rate",
      "0.5",
      "--with",
      "lookback_ratio,focus_score"
    };
    Run refused = summarize("llama", "seq2seq", output, options);
    assertThat(refused.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.err()).contains("was not trained to follow instructions");
    List<Object> all = new ArrayList<>(Arrays.asList(options));
    all.add("--experimental");
    Run run = summarize("llama", "seq2seq", output, all.toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    for (String id : List.of("long", "short", "twice")) {
      Row row = rows(output).get(id);
      assertThat(row.<Double>getAs("focus_score")).isBetween(1e-3, 1.0);
      List<Row> statements = row.getList(row.fieldIndex("statements"));
      assertThat(statements)
          .allSatisfy(each -> assertThat(each.<Double>getAs("lookback_ratio")).isBetween(0.0, 1.0));
    }
    Run chosen = summarize("llama", "lead", output, "--with", "lookback_ratio");
    assertThat(chosen.err()).contains("strategy lead does not write its summary in one pass");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seq2seq",
        "hierarchical-merge:chunk-tokens=20",
        "incremental-update:chunk-tokens=20"
      })
  void everyStrategyTellsWhatItReadAndWrote(String strategy) {
    Path output = folder.resolve("out");
    Object[] options = {
      "--generation",
      "max_new_tokens=6,eos_token_id=2",
      "--max-error-rate",
      "0.5",
      "--kv-cache",
      "snap:budget=4,window=2,storage=int4"
    };
    Run run = summarize("bart", strategy, output, options);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    Map<String, Row> rows = rows(output);
    assertThat(rows).hasSize(5);
    assertThat(rows.get("none").<String>getAs("error")).isEqualTo("the text is null");
    assertThat(rows.get("blank").<String>getAs("error")).isEqualTo("the text is empty");
    assertThat(rows.get("none").<Object>getAs("steps")).isNull();
    for (String id : List.of("long", "short", "twice")) {
      Row row = rows.get(id);
      assertThat(row.<String>getAs("error")).isNull();
      assertThat(row.<String>getAs("strategy")).startsWith(strategy.split(":")[0]);
      List<Row> steps = row.getList(row.fieldIndex("steps"));
      List<Row> chunks = row.getList(row.fieldIndex("chunks"));
      Row last = steps.get(steps.size() - 1);
      assertThat(row.<String>getAs("summary")).isEqualTo(last.getAs("text"));
      assertThat(row.<Integer>getAs("tokens_out"))
          .isBetween(1, 6)
          .isEqualTo(last.getAs("tokens_out"));
      assertThat(row.<Integer>getAs("tokens_in"))
          .isEqualTo(steps.stream().mapToInt(step -> step.<Integer>getAs("tokens_in")).sum());
      assertThat(row.<String>getAs("finish_reason")).isIn("end", "length");
      assertThat(row.<Double>getAs("mean_log_probability")).isNegative();
      assertThat(row.<String>getAs("kv_cache")).startsWith("snap:budget=4,window=2");
      assertThat(chunks.get(0).<String>getAs("document")).isEqualTo(id);
      Set<Integer> read = new HashSet<>();
      steps.forEach(step -> read.addAll(step.<Integer>getList(step.fieldIndex("chunks"))));
      assertThat(read)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, chunks.size()).boxed().toList());
      assertThat(row.<Object>getAs("sentences")).isNull();
      boolean cut = strategy.equals("seq2seq") && !id.equals("short");
      assertThat(row.<Boolean>getAs("truncated")).isEqualTo(cut);
    }
  }

  /** A row without numbers of floating point, which other batches add in another order. */
  private static String without(Object row) {
    return row.toString().replaceAll("-?\\d+\\.\\d+(E-?\\d+)?", "#");
  }

  @Test
  void everyChunkOfABookIsReadOnceInWhateverPartitions() throws IOException {
    Path book = Book.write(folder.resolve("book.jsonl"), 5_000);
    long before = InferenceActivity.ofThisProcess().counts().sequences();
    Path output = folder.resolve("out");
    Run run = Run.of(Book.arguments(book, output, "--partitions", 3, "--window-rows", 2));
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    long read = InferenceActivity.ofThisProcess().counts().sequences() - before;
    Row row = rows(output).get("book");
    Book.assertSummarized(row, book);
    assertThat(read).isEqualTo(row.getList(row.fieldIndex("steps")).size());
    List<Row> steps = row.getList(row.fieldIndex("steps"));
    assertThat(steps.get(steps.size() - 1).<Integer>getAs("level")).isPositive();
    assertThat(row.<String>getAs("prompts")).isEqualTo("summarize/v1,merge-summaries/v1");
    JsonNode prompts =
        new ObjectMapper().readTree(output.resolve("_run.json").toFile()).get("prompts");
    assertThat(prompts.get("merge-summaries/v1").asText()).hasSize(64);
    assertThat(prompts.size()).isEqualTo(2);
    Row called =
        SparkAttention.summarize(
                LocalSpark.session().read().json(book.toString()),
                Map.of(
                    "strategy", row.getAs("strategy"),
                    "model", row.getAs("model"),
                    "max-tokens", "1400",
                    "sentences", "unicode",
                    "generation", "eos_token_id=2,max_new_tokens=12"))
            .select("summary.*")
            .first();
    assertThat(without(called.getList(called.fieldIndex("steps"))))
        .as("one task writes what many write")
        .isEqualTo(without(steps));
  }

  @Test
  void modelsThatDoNotSuitAreRefusedBeforeWork() {
    Path output = folder.resolve("out");
    assertThat(summarize("../golden/bert-sentence-transformer", "seq2seq", output).problems())
        .singleElement()
        .asString()
        .contains("model_type 'bert' does not generate text");
    assertThat(summarize("llama", "lexrank", output).problems())
        .singleElement()
        .asString()
        .contains("llama");
    assertThat(
            summarize(
                    "bart", "lexrank", output, "--generation", "num_beams=2", "--kv-cache", "full")
                .problems())
        .contains(
            "strategy lexrank has no model write: drop --generation num_beams=2, or use a strategy"
                + " that has",
            "strategy lexrank has no model write: drop --kv-cache full, or use a strategy that"
                + " has");
    assertThat(summarize("bart", "seq2seq", output, "--budget", "sentences=3").problems())
        .singleElement()
        .asString()
        .contains("cannot bound: use --budget tokens=128");
    assertThat(summarize("bart", "seq2seq", output, "--generation", "num_beans=2").problems())
        .singleElement()
        .asString()
        .contains("unknown entry num_beans (did you mean 'num_beams'?)");
    assertThat(summarize("bart", "hierarchical-merge:chunk-tokens=99", output).problems())
        .contains(
            "chunk-tokens=99: the model has room for 47 beside its prompt and what it writes");
    assertThat(output).doesNotExist();
  }
}
