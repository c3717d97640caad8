package io.sparkattention.jobs.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.xxhash64;

import io.sparkattention.jobs.output.Slice;
import io.sparkattention.jobs.output.SliceWriter;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.executor.InferenceStage;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Computes the units that are not committed yet, one slice after the other. A hash of its key puts
 * a unit into one of many parts; the first slice is one part, and each that follows as many as are
 * expected to take the time that is asked for, since every slice costs Spark a few jobs.
 */
final class SlicedRun {

  private static final int TASKS_PER_SLOT = 4;

  /** A slice is at most this many times as large as the one before it, which may have been easy. */
  private static final int MOST_GROWTH = 30;

  private final SparkSession spark;
  private final JobSettings settings;
  private final JobWork work;
  private final StructType type;
  private final SliceWriter writer;

  /**
   * @param type the columns of the output
   */
  SlicedRun(
      SparkSession spark, JobSettings settings, JobWork work, StructType type, SliceWriter writer) {
    this.spark = spark;
    this.settings = settings;
    this.work = work;
    this.type = type;
    this.writer = writer;
  }

  /** Computes what is not committed; returns how many keys that should give, where it is known. */
  OptionalLong run(List<Slice> committed, Consumer<Slice> onCommit) throws IOException {
    Dataset<Row> rest = work.input();
    long units = work.units();
    OptionalLong keys = OptionalLong.of(work.keys());
    int number = 0;
    if (!committed.isEmpty()) {
      Dataset<Row> done = writer.read(committed).select(work.inputKey()).distinct();
      rest = rest.join(done, asScala(work.inputKey()), "left_anti");
      units = rest.select(work.inputKey()).distinct().count();
      boolean known = work.keys() == work.units() || units == 0;
      keys = known ? OptionalLong.of(units) : OptionalLong.empty();
      number = committed.get(committed.size() - 1).number() + 1;
      if (units == 0) {
        return keys;
      }
    }
    double keysPerUnit = (double) work.keys() / Math.max(1, work.units());
    double wanted = units * keysPerUnit / settings.value(RunOptions.SLICE_ROWS);
    long parts = Math.max(1, Math.min(units, (long) Math.ceil(wanted)));
    Column part = pmod(xxhash64(col(work.inputKey())), lit(parts));
    long from = 0;
    long to = 1;
    while (from < parts) {
      Dataset<Row> rows = parts == 1 ? rest : rest.filter(part.between(from, to - 1));
      long begun = System.nanoTime(); // some work is done before anything is written
      Slice slice = writer.write(number++, compute(rows, units * (to - from) / parts));
      double seconds = (System.nanoTime() - begun) / 1e9;
      onCommit.accept(slice);
      long next = slice.counts().inputs() == 0 ? to - from : grown(to - from, seconds);
      from = to;
      to = Math.min(parts, from + next);
    }
    return keys;
  }

  private Dataset<Row> compute(Dataset<Row> rows, long units) {
    Dataset<Row> spread = work.spread().units(rows, partitions(units));
    return InferenceStage.map(spread, work.mapper(), type);
  }

  /** How many parts make a slice that takes as long as is wanted; never fewer than one. */
  private long grown(long parts, double seconds) {
    double growth = Math.min(MOST_GROWTH, settings.value(RunOptions.SLICE_SECONDS) / seconds);
    return Math.max(1, (long) (parts * growth));
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
