package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.prompt.Prompts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strategies that tell a model what to do, with tiny checkpoints of random weights. */
class InstructedRerankJobTest {

  private static final String DECODER = "classpath:golden-generation/llama";
  private static final String ENCODER_DECODER = "classpath:golden-generation/t5";
  private static final String ENCODER = "classpath:golden/bert-sentence-transformer";
  private static final int ROOM = 2000;
  private static final String YES_NO = "yes-no:yes=the,no=of";

  @TempDir Path folder;
  private Path pairs;

  @BeforeEach
  void writePairs() {
    Lines lines = new Lines();
    for (int q = 0; q < 3; q++) {
      for (int p = 0; p < 5; p++) {
        lines.add(
            "query_id",
            "q" + q,
            "query",
            "where is it " + q,
            "passage_id",
            "q" + q + "p" + p,
            "text",
            p == 4 && q == 1 ? "" : "It is in the " + "very ".repeat(p + 3 * q) + "old box.");
      }
    }
    pairs = lines.to(folder.resolve("pairs.jsonl"));
  }

  private Run rerank(String output, String strategy, String model, int maxTokens, Object... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "rerank",
                "--input",
                pairs,
                "--output",
                folder.resolve(output),
                "--strategy",
                strategy,
                "--model",
                model,
                "--max-tokens",
                maxTokens,
                "--max-error-rate",
                1));
    words.addAll(List.of(more));
    return Run.of(words.toArray());
  }

  private List<String> rows(String output, String columns) {
    return Run.table(folder.resolve(output))
        .orderBy("query_id", "rank", "passage_id")
        .selectExpr("concat_ws(' ', " + columns + ")")
        .collectAsList()
        .stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  @Test
  void modelsThatAnswerYesOrNoScorePassages() throws IOException {
    Run run = rerank("scores", YES_NO, DECODER, ROOM);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(Run.table(folder.resolve("scores")).count()).isEqualTo(15);
    assertThat(
            Run.table(folder.resolve("scores"))
                .filter("score is not null and tokens_in > 100 and tokens_out is null")
                .filter("finish_reason is null and mean_log_probability < 0 and repairs is null")
                .filter("kv_cache like 'full%'")
                .filter("not truncated and model = '" + DECODER + "'")
                .count())
        .isEqualTo(14);
    JsonNode record =
        new ObjectMapper().readTree(folder.resolve("scores").resolve("_run.json").toFile());
    assertThat(record.path("prompts").path("yes-no/v1").asText())
        .isEqualTo(Prompts.load("yes-no/v1").sha256());
    Run again = rerank("again", YES_NO, DECODER, ROOM, "--slice-rows", 4);
    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows("again", "query_id, rank, passage_id, round(score, 4), tokens_in, error"))
        .isEqualTo(rows("scores", "query_id, rank, passage_id, round(score, 4), tokens_in, error"));
  }

  @Test
  void modelsThatOrderPassagesTellHowTheyDid() {
    Run run = rerank("listwise", "listwise:window=3,step=2", DECODER, ROOM);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows("listwise", "query_id, score, error"))
        .containsExactlyInAnyOrder(
            "q0 5.0",
            "q0 4.0",
            "q0 3.0",
            "q0 2.0",
            "q0 1.0",
            "q1 4.0",
            "q1 3.0",
            "q1 2.0",
            "q1 1.0",
            "q1 the passage is empty",
            "q2 5.0",
            "q2 4.0",
            "q2 3.0",
            "q2 2.0",
            "q2 1.0");
    assertThat(
            Run.table(folder.resolve("listwise"))
                .filter("score is not null and tokens_in > 0 and tokens_out > 0")
                .filter("finish_reason in ('end', 'length') and mean_log_probability < 0")
                .filter("repairs >= 0")
                .count())
        .isEqualTo(14);
  }

  @Test
  void earlierRanksAreTheFirstOrder() {
    Lines ranked = new Lines();
    List<String> order = List.of("b", "d", "a", "c");
    for (String id : List.of("a", "b", "c", "d")) {
      int rank = order.indexOf(id) + 1;
      ranked.add(
          "query_id", "q", "query", "where", "passage_id", id, "text", "Box " + id, "rank", rank);
    }
    pairs = ranked.to(folder.resolve("ranked.jsonl"));
    Run run = rerank("ranked", "listwise:window=3,step=2", DECODER, ROOM);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows("ranked", "passage_id, repairs"))
        .as("a model that names no passage leaves them as they are")
        .containsExactly("b 2", "d 5", "a 3", "c 3");
  }

  @Test
  void aStageOfACascadeHasAModelOfItsOwn() {
    Run run =
        rerank(
            "cascade",
            "cascade:stages=[bi-encoder,[" + YES_NO + "]],keep=2",
            ENCODER,
            0,
            "--generator-model",
            ENCODER_DECODER);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(
            Run.table(folder.resolve("cascade"))
                .filter("rank <= 2 and mean_log_probability is not null")
                .count())
        .isEqualTo(6);
  }

  @Test
  void whatCannotWorkIsRefusedBeforeAnyPassageIsRead() {
    assertRefused(YES_NO, ENCODER, "model_type 'bert' does not generate text here");
    assertRefused("bi-encoder", DECODER, "'llama'");
    assertRefused("yes-no", DECODER, "yes=yes,Yes is no single token of its tokenizer");
  }

  @Test
  void optionsThatNothingWouldReadAreRefused() {
    Run run =
        rerank(
            "refused",
            "bm25",
            ENCODER,
            0,
            "--generator-model",
            DECODER,
            "--token-model",
            "minilm",
            "--top-k",
            7);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.problems())
        .containsExactlyInAnyOrder(
            "--generator-model "
                + DECODER
                + ": no strategy that was chosen needs it: drop it, or choose one that does, such"
                + " as listwise or yes-no",
            "--token-model minilm: no strategy that was chosen needs it: drop it, or choose one"
                + " that does, such as late-interaction",
            "--top-k 7: a table names the candidates, and none are searched for: drop it, or"
                + " --candidates");
    assertThat(folder.resolve("refused")).doesNotExist();
  }

  private void assertRefused(String strategy, String model, String reason) {
    Run run = rerank("refused", strategy, model, ROOM);
    assertThat(run.exitCode()).as(strategy).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).as(strategy).contains(reason);
    assertThat(folder.resolve("refused")).doesNotExist();
  }
}
