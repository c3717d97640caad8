package io.sparkattention.jobs.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import io.sparkattention.jobs.config.JobSettings;
import io.sparkattention.jobs.output.OutputDirectory;
import io.sparkattention.jobs.output.Slice;
import io.sparkattention.jobs.output.SliceWriter;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Computes the units that are not committed yet, one slice after the other. A unit's slice follows
 * from a hash of its key.
 */
final class SlicedRun {

  private static final int TASKS_PER_SLOT = 4;

  private final SparkSession spark;
  private final JobSettings settings;
  private final JobPlan plan;
  private final SliceWriter writer;

  SlicedRun(SparkSession spark, JobSettings settings, OutputDirectory output, JobPlan plan) {
    this.spark = spark;
    this.settings = settings;
    this.plan = plan;
    this.writer = new SliceWriter(output, plan.schema(), settings.value(RunOptions.OUTPUT_FORMAT));
  }

  void run(List<Slice> committed, Consumer<Slice> onCommit) throws IOException {
    Dataset<Row> rest = plan.input();
    long units = plan.units();
    int number = 0;
    if (!committed.isEmpty()) {
      Dataset<Row> done = writer.read(spark, committed).select(plan.inputKey()).distinct();
      rest = rest.join(done, asScala(plan.inputKey()), "left_anti");
      units = rest.count();
      number = committed.get(committed.size() - 1).number() + 1;
      if (units == 0) {
        return;
      }
    }
    int sliceRows = settings.value(RunOptions.SLICE_ROWS);
    double keysPerUnit = plan.units() == 0 ? 1 : (double) plan.keys() / plan.units();
    long slices = Math.max(1, Math.min(units, (long) Math.ceil(units * keysPerUnit / sliceRows)));
    Column slice = pmod(xxhash64(col(plan.inputKey())), lit(slices));
    for (long i = 0; i < slices; i++) {
      Dataset<Row> part = slices == 1 ? rest : rest.filter(slice.equalTo(i));
      Dataset<Row> spread = part.repartition(partitions(units / slices));
      onCommit.accept(
          writer.write(
              number++, spread.mapPartitions(plan.mapper(), Encoders.row(plan.schema().type()))));
    }
  }

  private int partitions(long units) {
    int asked = settings.value(RunOptions.PARTITIONS);
    int most = asked > 0 ? asked : TASKS_PER_SLOT * spark.sparkContext().defaultParallelism();
    return (int) Math.max(1, Math.min(most, units));
  }

  private static scala.collection.immutable.Seq<String> asScala(String name) {
    return scala.jdk.javaapi.CollectionConverters.asScala(List.of(name)).toSeq();
  }
}
