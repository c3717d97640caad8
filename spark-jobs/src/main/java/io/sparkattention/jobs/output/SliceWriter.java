package io.sparkattention.jobs.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.sparkattention.jobs.output.OutputSchema.RowsOfInput;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/** Writes slices of an output and reads those that are committed. */
public final class SliceWriter {

  private final OutputDirectory directory;
  private final OutputSchema schema;
  private final String format;

  /**
   * @param format a format of files that Spark reads and writes, such as {@code parquet}
   */
  public SliceWriter(OutputDirectory directory, OutputSchema schema, String format) {
    this.directory = directory;
    this.schema = schema;
    this.format = format;
  }

  /** Computes rows, writes them, counts what was written, and commits it. */
  public Slice write(int number, Dataset<Row> rows) throws IOException {
    long started = System.nanoTime();
    rows.select(described())
        .write()
        .mode(SaveMode.Overwrite)
        .format(format)
        .save(directory.staging().toString());
    String[] staged = directory.staged().stream().map(Path::toString).toArray(String[]::new);
    Counts counts = counts(read(rows.sparkSession(), staged));
    return directory.commit(number, counts, (System.nanoTime() - started) / 1e9);
  }

  /** The rows of slices. */
  public Dataset<Row> read(SparkSession spark, List<Slice> slices) {
    return read(spark, directory.paths(slices));
  }

  /** The columns with their metadata, which files keep. */
  private Column[] described() {
    return Arrays.stream(schema.type().fields())
        .map(field -> col(field.name()).as(field.name(), field.metadata()))
        .toArray(Column[]::new);
  }

  private Dataset<Row> read(SparkSession spark, String... paths) {
    return spark.read().format(format).schema(schema.type()).load(paths);
  }

  private Counts counts(Dataset<Row> rows) {
    Dataset<Row> marked =
        rows.select(
            Stream.concat(
                    schema.keys().stream().map(key -> col(key)),
                    Stream.of(
                        lit(1L).as("rows"),
                        when(col("error").isNotNull(), 1L).otherwise(0L).as("failed"),
                        when(col("truncated"), 1L).otherwise(0L).as("cut"),
                        col("tokens_in").as("tokens")))
                .toArray(Column[]::new));
    Row totals =
        (schema.rows() == RowsOfInput.ONE ? marked : byInput(marked))
            .agg(count(lit(1)), total("rows"), total("failed"), total("cut"), total("tokens"))
            .first();
    return new Counts(
        totals.getLong(0),
        totals.getLong(1),
        totals.getLong(2),
        totals.getLong(3),
        totals.getLong(4));
  }

  private Dataset<Row> byInput(Dataset<Row> marked) {
    Column[] keys = schema.keys().stream().map(key -> col(key)).toArray(Column[]::new);
    return marked
        .groupBy(keys)
        .agg(
            sum("rows").as("rows"),
            max("failed").as("failed"),
            max("cut").as("cut"),
            max("tokens").as("tokens"));
  }

  private static Column total(String name) {
    return coalesce(sum(name), lit(0L));
  }
}
