package io.sparkattention.udfs.function;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.udfs.executor.ExecutorModels;
import io.sparkattention.udfs.metrics.InferenceActivity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Sessions of one application, each with its own configuration, at the same time. */
class TwoSessionsTest {

  private static final String MODEL = "classpath:golden/bert-sentence-transformer";
  private static final String TEXTS =
      "SELECT id, embed(repeat(concat('This text ', id, ' has several words. '), 4)) AS e"
          + " FROM range(0, 120, 1, 2)";

  private static SparkSession session(int maxTokens) {
    SparkSession session = FunctionSession.session().newSession();
    session.conf().set("spark.attention.embed.model", MODEL);
    session.conf().set("spark.attention.embed.max-tokens", maxTokens + "");
    session.sql(TEXTS).createOrReplaceTempView("embedded"); // the same name in both
    return session;
  }

  private static List<Row> vectors(SparkSession session) {
    return session.sql("SELECT id, e.vector, e.tokens_in, e.error FROM embedded").collectAsList();
  }

  @Test
  void eachHasItsOwnOptions() throws Exception {
    ExecutorModels.closeUnused();
    SparkSession shorter = session(16);
    SparkSession longer = session(48);
    List<Row> ofShorter = vectors(shorter);
    List<Row> ofLonger = vectors(longer);
    assertThat(ofShorter).hasSize(120).isNotEqualTo(ofLonger).allMatch(row -> row.isNullAt(3));
    assertThat(ofShorter.get(0).getInt(2)).isGreaterThan(ofLonger.get(0).getInt(2)); // more chunks
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<Future<List<Row>>> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        SparkSession session = i % 2 == 0 ? shorter : longer;
        running.add(readers.submit(() -> vectors(session)));
      }
      for (int i = 0; i < 8; i++) {
        assertThat(running.get(i).get()).isEqualTo(i % 2 == 0 ? ofShorter : ofLonger);
      }
    } finally {
      readers.shutdown();
    }
    ExecutorModels.closeUnused();
    assertThat(InferenceActivity.ofThisProcess().counts().models()).isZero();
  }
}
