package io.sparkattention.udfs.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.LocalSpark;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a computation whose rows nobody wants any more. */
@Timeout(60)
class KilledTaskTest {

  private static final StructType TYPE = new StructType().add("id", DataTypes.LongType);
  private static final AtomicInteger RUNNING = new AtomicInteger();
  private static final AtomicInteger INTERRUPTED = new AtomicInteger();
  private static volatile CountDownLatch begun;

  private final SparkSession spark = LocalSpark.session();

  private record Ids() implements RowMapping<Row, Long, Long> {
    @Override
    public Long read(Row row) {
      return row.getLong(0);
    }

    @Override
    public long characters(Long input) {
      return 1;
    }

    @Override
    public void write(Row row, Outcome<Long> outcome, double ms, Consumer<Row> out) {
      out.accept(row);
    }
  }

  private List<Row> rows(long limit) {
    BatchComputation<Long, Long> slow =
        models ->
            ids -> {
              RUNNING.incrementAndGet();
              begun.countDown();
              try {
                Thread.sleep(ids.contains(0L) ? 50 : 20_000);
              } catch (InterruptedException e) {
                INTERRUPTED.incrementAndGet();
                Thread.currentThread().interrupt();
              } finally {
                RUNNING.decrementAndGet();
              }
              return ids.stream().map(Outcome::of).toList();
            };
    return spark
        .range(0, 100, 1, 1)
        .toDF()
        .mapPartitions(
            new BatchMapper<>(new Ids(), slow, new WindowLimits(10, 1_000)), Encoders.row(TYPE))
        .limit((int) limit)
        .collectAsList();
  }

  @Test
  void aTaskThatEndsEarlyLeavesNothingRunning() {
    begun = new CountDownLatch(1);
    assertThat(rows(5)).hasSize(5);
    assertThat(RUNNING).hasValue(0);
  }

  @Test
  void aTaskThatIsKilledEndsSoon() throws InterruptedException {
    begun = new CountDownLatch(2);
    String tag = "killed";
    Thread killer =
        new Thread(
            () -> {
              try {
                begun.await(30, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              spark.sparkContext().cancelJobsWithTag(tag);
            });
    killer.start();
    spark.sparkContext().addJobTag(tag);
    int before = INTERRUPTED.get();
    try {
      assertThatThrownBy(() -> rows(100)).hasStackTraceContaining("cancelled");
    } finally {
      spark.sparkContext().removeJobTag(tag);
      killer.join();
    }
    while (RUNNING.get() > 0) {
      Thread.sleep(20);
    }
    assertThat(INTERRUPTED.get()).as("windows that were stopped").isEqualTo(before + 1);
  }
}
