package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rankings against judgements, as tables and as files of TREC. */
class EvaluateRankingsTest {

  @TempDir Path folder;
  private Path run;
  private Path judgements;
  private Path output;

  @BeforeEach
  void write() {
    output = folder.resolve("out");
    run =
        new Lines()
            .add("query_id", "q1", "passage_id", "a", "score", 3.0)
            .add("query_id", "q1", "passage_id", "b", "score", 2.0)
            .add("query_id", "q1", "passage_id", "c", "score", 1.0)
            .add("query_id", "q2", "passage_id", "a", "score", 0.5)
            .add("query_id", "q2", "passage_id", "b", "score", 0.5) // a tie: b before a
            .add("query_id", "q2", "passage_id", "c", "score", null)
            .add("query_id", "q9", "passage_id", "a", "score", 1.0)
            .add("query_id", "q3", "passage_id", null, "score", null) // found nothing
            .to(folder.resolve("run.jsonl"));
    judgements =
        new Lines()
            .add("query_id", "q1", "passage_id", "b", "relevance", 2)
            .add("query_id", "q1", "passage_id", "x", "relevance", 1)
            .add("query_id", "q2", "passage_id", "b", "relevance", 1)
            .add("query_id", "q2", "passage_id", "c", "relevance", 1)
            .add("query_id", "q3", "passage_id", "a", "relevance", 1)
            .add("query_id", "q4", "passage_id", "a", "relevance", 0)
            .to(folder.resolve("qrels.jsonl"));
  }

  private Run evaluate(Path predictions, Path references, String metrics, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of("evaluate", "--predictions", predictions, "--references", references));
    arguments.addAll(List.of("--metrics", metrics, "--output", output));
    arguments.addAll(Arrays.asList(more));
    return Run.of(arguments.toArray());
  }

  /** The scores by run, metric and item, as {@code run metric id}. */
  private Map<String, Double> scores() {
    Map<String, Double> scores = new TreeMap<>();
    for (Row row : Run.table(output).collectAsList()) {
      String key = row.getAs("run") + " " + row.getAs("metric") + " " + row.getAs("id");
      assertThat(scores).doesNotContainKey(key);
      scores.put(key, row.getAs("score"));
    }
    return scores;
  }

  @Test
  void everyJudgedQueryHasItsNumbers() {
    Run done = evaluate(run, judgements, "mrr,recall@2");
    assertThat(done.exitCode()).as(done.err()).isEqualTo(ExitCode.DONE);
    assertThat(scores())
        .containsExactly(
            Map.entry("predictions mrr q1", 0.5),
            Map.entry("predictions mrr q2", 1.0),
            Map.entry("predictions mrr q3", 0.0),
            Map.entry("predictions mrr q4", 0.0),
            Map.entry("predictions recall@2 q1", 0.5),
            Map.entry("predictions recall@2 q2", 0.5),
            Map.entry("predictions recall@2 q3", 0.0),
            Map.entry("predictions recall@2 q4", 0.0));
    assertThat(done.out()).contains("mrr").contains("0.3750").contains("95 % interval");
  }

  @Test
  void filesOfTrecGiveTheSameNumbers() throws IOException {
    evaluate(run, judgements, "ndcg@10,map,precision@2");
    Map<String, Double> expected = scores();
    double second = 1 / (Math.log(3) / Math.log(2)); // what rank 2 is discounted to
    assertThat(expected.get("predictions ndcg@10 q1"))
        .isEqualTo(2 * second / (2 + second), within(1e-12));
    assertThat(expected.get("predictions ndcg@10 q2")).isEqualTo(1 / (1 + second), within(1e-12));
    assertThat(expected)
        .containsEntry("predictions map q1", 0.25)
        .containsEntry("predictions map q2", 0.5)
        .containsEntry("predictions precision@2 q1", 0.5)
        .containsEntry("predictions precision@2 q3", 0.0);
    Path trecRun = folder.resolve("bm25.run");
    Files.writeString(
        trecRun,
        """
        q1 Q0 a 1 3.0 tag
        # a comment

        q1 Q0 b 2 2.0 tag
        q1\tQ0\tc\t3\t1.0\ttag
        q2 Q0 a 1 0.5 tag
        q2 Q0 b 2 0.5 tag
        q9 Q0 a 1 1.0 tag
        """);
    Path qrels = folder.resolve("judged.txt");
    Files.writeString(qrels, "q1 0 b 2\nq1 0 x 1\nq2 0 b 1\nq2 0 c 1\nq3 0 a 1\nq4 0 a 0\n");
    output = folder.resolve("trec");
    Run done = evaluate(trecRun, qrels, "ndcg@10,map,precision@2", "--references-format", "trec");
    assertThat(done.exitCode()).as(done.err()).isEqualTo(ExitCode.DONE);
    assertThat(scores()).isEqualTo(expected);
  }
}
