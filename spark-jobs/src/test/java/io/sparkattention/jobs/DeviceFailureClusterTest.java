package io.sparkattention.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.model.DeviceFailedError;
import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchMapper;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.batch.WindowLimits;
import io.sparkattention.udfs.executor.InferenceStage;
import io.sparkattention.udfs.executor.SparkAttentionPlugin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row at which the device fails ends executors, and becomes an error; all others are right. */
@Tag("thorough")
class DeviceFailureClusterTest {

  private static final StructType TYPE = new StructType().add("result", DataTypes.StringType);

  @TempDir Path folder;

  private record Numbers() implements RowMapping<Row, Long, Long> {
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
      out.accept(
          RowFactory.create(
              row.getLong(0) + (outcome.failed() ? ": " + outcome.error() : " is fine")));
    }
  }

  /** Drives the cluster. */
  public static void main(String[] arguments) throws IOException {
    BatchComputation<Long, Long> computation =
        models ->
            numbers -> {
              if (numbers.contains(77L)) {
                throw new DeviceFailedError("gpu(0) failed at 77", null);
              }
              return numbers.stream().map(Outcome::of).toList();
            };
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      List<String> rows =
          InferenceStage.map(
                  spark.range(0, 100, 1, 4).toDF(),
                  new BatchMapper<>(new Numbers(), computation, new WindowLimits(10, 1_000)),
                  TYPE)
              .collectAsList()
              .stream()
              .map(row -> row.getString(0))
              .toList();
      long fine = rows.stream().filter(row -> row.endsWith(" is fine")).count();
      LocalCluster.tell(fine + " are fine; " + rows.get(77));
    }
  }

  @Test
  void aRowThatKillsTwiceIsLeftOut() throws Exception {
    String plugin = "spark.plugins=" + SparkAttentionPlugin.class.getName();
    assertThat(LocalCluster.run(DeviceFailureClusterTest.class, folder, List.of(plugin)))
        .startsWith(
            "99 are fine; 77: the device failed 2 times while this row was computed, so it was left"
                + " out");
  }
}
