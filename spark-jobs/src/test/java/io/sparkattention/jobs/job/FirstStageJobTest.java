package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks without candidates, with stored embeddings, and in the formats of TREC. */
class FirstStageJobTest {

  private static final String EMBEDDER = "classpath:golden/bert-sentence-transformer";
  private static final long SEED = 5;
  private static final String FOUND = "passage_id is not null";

  @TempDir Path folder;
  private Path queries;
  private Path passages;
  private Path everything;

  @BeforeEach
  void writeTables() {
    Random random = new Random(SEED);
    Lines asked = new Lines().add("query_id", "empty", "query", " ");
    Lines told = new Lines().add("passage_id", "null", "text", null);
    Lines pairs = new Lines();
    for (int p = 0; p < 40; p++) {
      told.add("passage_id", "p" + p, "text", words(random, 12) + " number " + p);
    }
    for (int q = 0; q < 4; q++) {
      asked.add("query_id", "q" + q, "query", words(random, 3));
      for (int p = 0; p < 40; p++) {
        pairs.add("query_id", "q" + q, "passage_id", "p" + p);
      }
    }
    asked.add("query_id", "nothing", "query", "zebra");
    queries = asked.to(folder.resolve("queries.jsonl"));
    passages = told.to(folder.resolve("passages.jsonl"));
    everything = pairs.to(folder.resolve("pairs.jsonl"));
  }

  private static String words(Random random, int count) {
    String[] words = "boats cats rivers sleep warm wood long build night snow hill".split(" ");
    List<String> text = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      text.add(words[random.nextInt(1 + random.nextInt(words.length))]);
    }
    return String.join(" ", text);
  }

  private Run rerank(String output, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("rerank", "--queries", queries, "--passages", passages));
    arguments.addAll(List.of("--output", folder.resolve(output), "--model", EMBEDDER));
    arguments.addAll(Arrays.asList(more));
    if (!arguments.contains("--max-error-rate")) {
      arguments.addAll(List.of("--max-error-rate", 1));
    }
    return Run.of(arguments.toArray());
  }

  private Path embed(String output, String model) {
    Path vectors = folder.resolve(output);
    Run run =
        Run.of(
            "embed",
            "--input",
            passages,
            "--id-column",
            "passage_id",
            "--output",
            vectors,
            "--model",
            model,
            "--role",
            "passage",
            "--max-error-rate",
            1);
    done(run);
    return vectors;
  }

  private List<Row> rows(String output, String condition) {
    return Run.table(folder.resolve(output))
        .filter(condition)
        .orderBy("query_id", "rank")
        .select("query_id", "passage_id", "rank", "score")
        .collectAsList();
  }

  private JsonNode counters(String output) throws IOException {
    return new ObjectMapper()
        .readTree(folder.resolve(output).resolve("_run.json").toFile())
        .get("counters");
  }

  @Test
  void termsFindWhatRankingEverythingPutsFirst() {
    done(rerank("all", "--strategy", "bm25", "--candidates", everything));
    done(rerank("found", "--strategy", "bm25", "--top-k", 7));
    assertSame(rows("found", FOUND), rows("all", "rank <= 7 and score > 0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bm25", "bi-encoder"})
  void queriesThatFindNothingHaveARowThatSaysSo(String stage) {
    queries =
        new Lines()
            .add("query_id", "none", "query", "zebra")
            .add("query_id", "empty", "query", " ")
            .add("query_id", "null", "query", null)
            .add("query_id", "some", "query", "cats")
            .to(folder.resolve("bad.jsonl"));
    passages =
        new Lines()
            .add("passage_id", "p", "text", stage.equals("bm25") ? "cats" : "")
            .to(folder.resolve("few.jsonl"));
    Run run = rerank("out", "--first-stage", stage, "--max-error-rate", 0);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.TOO_MANY_ERRORS);
    Map<String, String> errors = new HashMap<>();
    for (Row row :
        Run.table(folder.resolve("out"))
            .filter("passage_id is null and score is null and rank is null")
            .select("query_id", "error")
            .collectAsList()) {
      errors.put(row.getString(0), row.getString(1));
    }
    String nothing = "no passage was found for the query";
    assertThat(errors)
        .containsEntry("none", nothing)
        .containsEntry("empty", "the query is empty")
        .containsEntry("null", "the query is null");
    if (stage.equals("bm25")) {
      assertThat(errors).hasSize(3);
      assertThat(rows("out", FOUND)).extracting(row -> row.getString(1)).containsExactly("p");
    } else {
      assertThat(errors).hasSize(4).containsEntry("some", nothing);
    }
    assertThat(run.err()).contains(errors.size() + " of 4 rows failed");
    Run again = rerank("out", "--first-stage", stage, "--resume");
    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(rows("out", "true")).hasSize(4);
  }

  @Test
  void embeddingsFindWhatRankingEverythingPutsFirst() throws IOException {
    done(rerank("all", "--candidates", everything));
    Path stored = embed("vectors", EMBEDDER);
    done(rerank("anew", "--first-stage", "bi-encoder", "--top-k", 7));
    done(rerank("found", "--first-stage", "bi-encoder", "--top-k", 7, "--embeddings", stored));
    List<Row> expected = rows("all", "rank <= 7");
    String asked = "query_id like 'q%'";
    assertThat(rows("found", "query_id = 'empty'")).hasSize(1);
    assertSame(rows("anew", asked), expected);
    assertSame(rows("found", asked), expected);
    assertThat(rows("found", "query_id = 'nothing'")).hasSize(7); // it is like some, though little
    assertThat(counters("found").get("embeddings_reused").asLong()).isEqualTo(5 * 7);
    assertThat(counters("found").get("texts_embedded").asLong()).isBetween(5L, 10L);
    assertThat(counters("anew").get("embeddings_reused").asLong()).isZero();
  }

  @Test
  void storedEmbeddingsChangeNothingAndAreCounted() throws IOException {
    Path stored = embed("vectors", EMBEDDER);
    done(rerank("anew", "--candidates", everything));
    done(rerank("reused", "--candidates", everything, "--embeddings", stored));
    assertSame(rows("reused", "true"), rows("anew", "true"));
    assertThat(counters("reused").get("embeddings_reused").asLong()).isEqualTo(4 * 40);
    assertThat(Run.table(folder.resolve("reused")).filter("tokens_in > 0").count()).isZero();
    done(
        rerank(
            "nested", "--candidates", everything, "--embeddings", stored, "--strategy", "cascade"));
    assertThat(counters("nested").get("embeddings_reused").asLong()).isEqualTo(4 * 30);
  }

  @Test
  void embeddingsThatAreNotThoseOfTheModelAreRefused() {
    Path other = embed("other", "classpath:golden/mpnet-sentence-transformer");
    assertThat(rerank("out", "--candidates", everything, "--embeddings", other).problems())
        .hasSize(1)
        .allMatch(p -> p.contains("--embeddings: the vector of passage 'p"))
        .allMatch(p -> p.contains("embed"));
    assertThat(rerank("out", "--embeddings", passages).problems())
        .containsExactly(
            "embeddings "
                + passages
                + " need a column id and a column vector of numbers: name an output of embed");
    assertThat(rerank("out", "--first-stage", "rrf").problems())
        .anyMatch(p -> p.contains("--first-stage") && p.contains("use bm25 or bi-encoder"));
  }

  @Test
  void runsOfTrecAreWrittenAndReadAsCandidates() throws IOException {
    Path run = folder.resolve("results.run");
    done(rerank("found", "--strategy", "bm25", "--top-k", 5, "--trec-run", run));
    List<Row> found = rows("found", FOUND);
    List<String> lines = Files.readAllLines(run);
    assertThat(lines).hasSameSizeAs(found);
    for (int i = 0; i < lines.size(); i++) {
      Row row = found.get(i);
      assertThat(lines.get(i))
          .isEqualTo(
              String.join(
                  " ",
                  row.getString(0),
                  "Q0",
                  row.getString(1),
                  String.valueOf(row.getInt(2)),
                  String.valueOf(row.getDouble(3)),
                  "bm25:k1=0.9,b=0.4,analysis=english"));
    }
    done(rerank("again", "--strategy", "bm25", "--candidates", run));
    assertSame(rows("again", "true"), found);
    Path qrels = folder.resolve("judged.qrels");
    Files.writeString(qrels, "# judged\nq0 0 p1 1\n\n q1\t0  p2 0\n");
    done(rerank("judged", "--strategy", "bm25", "--candidates", qrels));
    assertThat(rows("judged", "true"))
        .extracting(row -> row.getString(0) + row.getString(1))
        .containsExactly("q0p1", "q1p2");
    assertThat(rerank("more", "--strategy", "bm25", "--trec-run", run).problems())
        .containsExactly(
            "--trec-run " + run + " exists: add --overwrite to replace a file, or name another");
  }

  @Test
  void idsThatCannotStandInARunAreRefused() {
    passages =
        new Lines().add("passage_id", "p 1", "text", "cats").to(folder.resolve("space.jsonl"));
    Run run = rerank("out", "--strategy", "bm25", "--trec-run", folder.resolve("r.run"));
    assertThat(run.problems())
        .containsExactly(
            "--trec-run separates fields by white space, but passage_id 'p 1' is empty or has"
                + " some: use other ids, or leave --trec-run out");
  }

  @Test
  void onlyARunIsReplacedAndNeverAnInput() throws IOException {
    Path run = folder.resolve("results.run");
    Path out = folder.resolve("out");
    assertThat(rerank("out", "--strategy", "bm25", "--trec-run", out.resolve("r.run")).problems())
        .containsExactly(
            "--trec-run " + out.resolve("r.run") + " lies in the output: name another file");
    done(rerank("out", "--strategy", "bm25", "--trec-run", run));
    done(rerank("out", "--strategy", "bm25", "--trec-run", run, "--overwrite"));
    Object[] search = {"--strategy", "bm25", "--overwrite", "--trec-run"};
    String asked = Files.readString(queries);
    assertThat(rerank("out", with(search, queries)).problems())
        .containsExactly(
            "--trec-run "
                + queries
                + " is or lies in the input "
                + queries
                + ": name another file");
    assertThat(queries).hasContent(asked);
    Path notes = Files.writeString(folder.resolve("notes.txt"), "q0 p1 keep me");
    assertThat(rerank("out", with(search, notes)).problems())
        .containsExactly(
            "--trec-run " + notes + " exists and is no run of TREC: name another file");
    assertThat(notes).hasContent("q0 p1 keep me");
    assertThat(rerank("out", with(search, run, "--candidates", run)).problems())
        .containsExactly(
            "--trec-run " + run + " is or lies in the input " + run + ": name another file");
  }

  private static Object[] with(Object[] arguments, Object... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray();
  }

  private static void done(Run run) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }

  private static void assertSame(List<Row> actual, List<Row> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).getString(0)).isEqualTo(expected.get(i).getString(0));
      assertThat(actual.get(i).getString(1)).isEqualTo(expected.get(i).getString(1));
      assertThat(actual.get(i).getInt(2)).isEqualTo(expected.get(i).getInt(2));
      assertThat(actual.get(i).getDouble(3)).isCloseTo(expected.get(i).getDouble(3), within(1e-5));
    }
  }
}
