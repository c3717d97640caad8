package io.sparkattention.udfs.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.udfs.LocalSpark;
import io.sparkattention.udfs.executor.ExecutorModels;
import io.sparkattention.udfs.metrics.InferenceActivity;
import io.sparkattention.udfs.metrics.InferenceCounts;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A cell of a notebook that is interrupted and run again. Notebook servers cancel the cell's group
 * of jobs, and Spark interrupts the threads of its tasks.
 */
@Timeout(120)
class InterruptedCellTest {

  private static final String MODEL = "classpath:golden/bert-sentence-transformer";
  private static final int ROWS = 2000;

  /** So many that no machine has read them before the cell is cancelled. */
  private static final int ENDLESS = 10_000_000;

  private final SparkSession spark = LocalSpark.session();

  @BeforeEach
  void nothingIsLoaded() {
    ExecutorModels.closeUnused();
    assertThat(counts().models()).isZero();
  }

  private static InferenceCounts counts() {
    return InferenceActivity.ofThisProcess().counts();
  }

  /** The cell: vectors of many texts, by a model of that many tokens. */
  private Dataset<Row> cell(int rows, int maxTokens) {
    Dataset<Row> texts =
        spark
            .range(0, rows, 1, 2)
            .selectExpr("id", "concat('This is the text number ', id) AS text");
    return SparkAttention.embed(
            texts, Map.of("model", MODEL, "max-tokens", maxTokens + "", "window-rows", "100"))
        .selectExpr("id", "embedding.vector", "embedding.error");
  }

  private List<Row> inGroup(String group, Dataset<Row> cell) {
    spark.sparkContext().setJobGroup(group, "a cell", true);
    try {
      return cell.collectAsList();
    } finally {
      spark.sparkContext().clearJobGroup();
    }
  }

  /**
   * Until a job of the group is there to be cancelled. Sequences that are counted may be those of
   * tasks that were killed before and are still ending.
   */
  private void awaitJob(String group) throws InterruptedException {
    while (spark.sparkContext().statusTracker().getJobIdsForGroup(group).length == 0) {
      Thread.sleep(1);
    }
  }

  /** Runs the cell and cancels it once more than so many sequences were read. */
  private void interrupt(String group, Dataset<Row> cell, long sequences) throws Exception {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      long before = counts().sequences();
      Future<List<Row>> running = reader.submit(() -> inGroup(group, cell));
      awaitJob(group);
      while (counts().sequences() - before < sequences) {
        Thread.sleep(1);
      }
      spark.sparkContext().cancelJobGroup(group);
      assertThatThrownBy(running::get).hasStackTraceContaining("cancelled");
    } finally {
      reader.shutdown();
    }
  }

  private static void awaitIdle() throws InterruptedException {
    long then;
    do { // tasks that were killed may still be ending
      then = counts().inUseNanos() + counts().batches();
      Thread.sleep(50);
    } while (counts().inUseNanos() + counts().batches() != then);
  }

  @Test
  void aCellThatIsInterruptedRunsAgain() throws Exception {
    long loads = counts().modelsLoaded();
    List<Row> undisturbed = cell(200, 32).collectAsList();
    for (int i = 0; i < 3; i++) {
      interrupt("interrupted " + i, cell(ENDLESS, 32), 100);
    }
    awaitIdle();
    long read = counts().sequences();
    List<Row> again = inGroup("again", cell(ROWS, 32));
    assertThat(again).hasSize(ROWS).allMatch(row -> row.isNullAt(2));
    assertThat(again.subList(0, 100)).isEqualTo(undisturbed.subList(0, 100));
    awaitIdle();
    assertThat(counts().sequences() - read).as("what was cancelled ended").isEqualTo(ROWS);
    assertThat(counts().modelsLoaded() - loads).as("loads").isEqualTo(1);
    ExecutorModels.closeUnused();
    assertThat(counts().models()).as("models that nobody gave back").isZero();
  }

  /** Cancelled at the start, mostly while the model is loaded; another cell needs it too. */
  @RepeatedTest(3)
  void aCellThatIsInterruptedWhileItLoadsCostsOthersNothing(RepetitionInfo repetition)
      throws Exception {
    String group = "killed " + repetition.getCurrentRepetition();
    long loads = counts().modelsLoaded();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      Future<List<Row>> killed = readers.submit(() -> inGroup(group, cell(ENDLESS, 40)));
      awaitJob(group);
      Future<List<Row>> other = readers.submit(() -> inGroup("other", cell(50, 40)));
      Thread.sleep(20);
      spark.sparkContext().cancelJobGroup(group);
      assertThatThrownBy(killed::get).hasStackTraceContaining("cancelled");
      assertThat(other.get()).hasSize(50).allMatch(row -> row.isNullAt(2));
    } finally {
      readers.shutdown();
    }
    awaitIdle();
    assertThat(counts().modelsLoaded() - loads).as("loads").isEqualTo(1);
    ExecutorModels.closeUnused();
    assertThat(counts().models()).as("models that nobody gave back").isZero();
  }
}
