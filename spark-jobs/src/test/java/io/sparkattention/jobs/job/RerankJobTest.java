package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RerankJobTest {

  private static final String EMBEDDER = "classpath:golden/bert-sentence-transformer";
  private static final String CROSS_ENCODER = "classpath:golden/bert-cross-encoder-sigmoid";

  @TempDir Path folder;
  private Path queries;
  private Path passages;
  private Path candidates;
  private Path output;

  @BeforeEach
  void writeTables() {
    output = folder.resolve("out");
    queries =
        new Lines()
            .add("query_id", "q1", "query", "Where do cats sleep?")
            .add("query_id", "q2", "query", "How are boats built?")
            .add("query_id", "q3", "query", "")
            .to(folder.resolve("queries.jsonl"));
    passages =
        new Lines()
            .add("passage_id", "p1", "text", "Cats sleep in warm places, and cats sleep long.")
            .add("passage_id", "p2", "text", "Boats are built of wood.")
            .add("passage_id", "p3", "text", "Nothing here is of any use.")
            .add("passage_id", "p4", "text", null)
            .to(folder.resolve("passages.jsonl"));
    Lines pairs = new Lines();
    for (String query : List.of("q1", "q2")) {
      for (String passage : List.of("p3", "p2", "p1", "p4", "p9")) {
        pairs.add("query_id", query, "passage_id", passage);
      }
    }
    pairs.add("query_id", "q3", "passage_id", "p1");
    pairs.add("query_id", "q9", "passage_id", "p1");
    candidates = pairs.to(folder.resolve("candidates.jsonl"));
  }

  private Run rerank(String strategy, String model) {
    return Run.of(
        "rerank",
        "--queries",
        queries,
        "--passages",
        passages,
        "--candidates",
        candidates,
        "--output",
        output,
        "--strategy",
        strategy,
        "--model",
        model,
        "--max-error-rate",
        1);
  }

  private List<String> results(String columns) {
    return Run.table(output)
        .orderBy("query_id", "rank", "passage_id")
        .selectExpr("concat_ws(' ', " + columns + ")")
        .collectAsList()
        .stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }

  @Test
  void everyCandidateHasItsRowWhateverIsWrongWithIt() {
    Run run = rerank("bm25", "minilm");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(results("query_id, rank, passage_id, error"))
        .containsExactlyInAnyOrder(
            "q1 1 p1",
            "q1 2 p2",
            "q1 3 p3",
            "q1 p4 the passage is null",
            "q1 p9 the passage: there is none with passage_id 'p9'",
            "q2 1 p2",
            "q2 2 p1",
            "q2 3 p3",
            "q2 p4 the passage is null",
            "q2 p9 the passage: there is none with passage_id 'p9'",
            "q3 p1 the query is empty",
            "q9 p1 the query: there is none with query_id 'q9'");
    assertThat(Run.table(output).filter("error is not null and score is not null").count())
        .isZero();
    assertThat(Run.table(output).filter("model is not null").count()).isZero();
  }

  @Test
  void modelsScorePassages() {
    for (List<String> each :
        List.of(List.of("bi-encoder", EMBEDDER), List.of("cross-encoder", CROSS_ENCODER))) {
      output = folder.resolve(each.get(0));
      Run run = rerank(each.get(0), each.get(1));
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
      assertThat(Run.table(output).filter("score is not null").count()).isEqualTo(6);
      assertThat(
              Run.table(output)
                  .filter("score is not null and tokens_in > 0 and attention like 'dense%'")
                  .filter("model = '" + each.get(1) + "'")
                  .count())
          .isEqualTo(6);
    }
  }

  @Test
  void pairsWithTheirTextsNeedOneTable() {
    Path pairs =
        new Lines()
            .add("query_id", "q", "query", "cats", "passage_id", "a", "text", "No such animal.")
            .add("query_id", "q", "query", "cats", "passage_id", "b", "text", "Cats and cats.")
            .to(folder.resolve("pairs.jsonl"));
    Run run = Run.of("rerank", "--input", pairs, "--output", output, "--strategy", "bm25");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(results("rank, passage_id")).containsExactly("1 b", "2 a");
  }

  @Test
  void statisticsAreThoseOfAllPassages() {
    Path collection = folder.resolve("out-of-candidates");
    Lines more = new Lines();
    for (int i = 0; i < 50; i++) {
      more.add("passage_id", "m" + i, "text", "Cats again, number " + i);
    }
    more.add("passage_id", "p1", "text", "Cats sleep in warm places, and cats sleep long.");
    rerank("bm25", "minilm");
    double rare = score("q1", "p1");
    passages = more.to(folder.resolve("more.jsonl"));
    output = collection;
    rerank("bm25", "minilm");
    assertThat(score("q1", "p1")).isNotEqualTo(rare);
  }

  private double score(String query, String passage) {
    return Run.table(output)
        .filter("query_id = '" + query + "' and passage_id = '" + passage + "'")
        .select("score")
        .first()
        .getDouble(0);
  }

  @Test
  void tablesThatDoNotGoTogetherAreRefused() {
    Run both = Run.of("rerank", "--input", queries, "--queries", queries, "--output", output);
    assertThat(both.problems())
        .containsExactly(
            "name either --input, or --queries and --passages, and --candidates if any");
    Path twice =
        new Lines()
            .add("query_id", "q1", "passage_id", "p1")
            .add("query_id", "q1", "passage_id", "p1")
            .to(folder.resolve("twice.jsonl"));
    candidates = twice;
    passages = queries;
    assertThat(rerank("bm25", "minilm").problems())
        .hasSize(3)
        .anyMatch(p -> p.contains("column 'passage_id' is missing in " + queries))
        .anyMatch(p -> p.contains("column 'text' is missing in " + queries))
        .anyMatch(p -> p.contains("occur more than once, such as 'q1, p1' (2 times)"));
    Path several =
        new Lines()
            .add("query_id", "q", "query", "cats", "passage_id", "a", "text", "x")
            .add("query_id", "q", "query", "dogs", "passage_id", "b", "text", "y")
            .to(folder.resolve("several.jsonl"));
    assertThat(Run.of("rerank", "--input", several, "--output", output).problems())
        .containsExactly(
            "the query_id 'q' of "
                + several
                + " has several texts in column query: give each text an id of"
                + " its own");
  }
}
