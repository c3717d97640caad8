package io.sparkattention.udfs.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream of files into Parquet. */
class StreamTest {

  private static final int FILES = 6;
  private static final int ROWS = 20; // a file
  private static final Map<String, String> LEAD =
      Map.of("strategy", "lead", "budget", "sentences=1", "sentences", "unicode");

  /** Holds a task in the middle of the third file until it is killed, the first time. */
  private static final class Gate implements UDF1<Long, Boolean> {
    private static volatile CountDownLatch reached;

    @Override
    public Boolean call(Long id) throws InterruptedException {
      CountDownLatch latch = reached;
      if (id == 2 * ROWS + ROWS / 2 && latch != null) {
        latch.countDown();
        Thread.sleep(60_000); // interrupted when the query stops
      }
      return true;
    }
  }

  @TempDir Path folder;

  private final SparkSession spark = FunctionSession.session();

  private StreamingQuery start() throws Exception {
    Dataset<Row> files =
        spark
            .readStream()
            .schema("id long, text string")
            .option("maxFilesPerTrigger", 1)
            .json(folder.resolve("in").toString())
            .filter("pass(id)");
    return SparkAttention.summarize(files, LEAD)
        .select("id", "summary.summary", "summary.error")
        .writeStream()
        .option("checkpointLocation", folder.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .format("parquet")
        .start(folder.resolve("out").toString());
  }

  @Test
  void nothingIsLostOrDoubledWhenAStreamIsStoppedInTheMiddle() throws Exception {
    for (int file = 0; file < FILES; file++) {
      write(file);
    }
    spark.udf().register("pass", new Gate(), DataTypes.BooleanType);
    Gate.reached = new CountDownLatch(1);
    StreamingQuery interrupted = start();
    assertThat(Gate.reached.await(60, TimeUnit.SECONDS)).isTrue();
    interrupted.stop();
    Gate.reached = null;
    assertThat(read()).hasSize(2 * ROWS);

    StreamingQuery resumed = start();
    assertThat(resumed.awaitTermination(60_000)).isTrue();
    List<Row> rows = read();
    assertThat(rows)
        .extracting(row -> row.getLong(0))
        .containsExactlyElementsOf(
            IntStream.range(0, FILES * ROWS).mapToObj(Long::valueOf).toList());
    assertThat(rows)
        .allSatisfy(row -> assertThat(row.getString(1)).isEqualTo("Row " + row.get(0) + "."));
    assertThat(resumed.lastProgress().numInputRows()).isEqualTo(ROWS);
  }

  private List<Row> read() {
    return spark
        .read()
        .parquet(folder.resolve("out").toString())
        .filter("error is null")
        .orderBy("id")
        .collectAsList();
  }

  private void write(int file) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = file * ROWS; i < (file + 1) * ROWS; i++) {
      lines.append("{\"id\": " + i + ", \"text\": \"Row " + i + ". The rest.\"}\n");
    }
    Path in = Files.createDirectories(folder.resolve("in"));
    Path written = Files.writeString(in.resolve(file + ".json"), lines);
    Files.setLastModifiedTime(
        written, java.nio.file.attribute.FileTime.fromMillis(1_700_000_000_000L + 1_000L * file));
  }
}
