package io.sparkattention.jobs.output;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import io.sparkattention.jobs.output.OutputSchema.RowsOfInput;
import io.sparkattention.udfs.config.UsageException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;

/**
 * Writes slices of an output and reads those that are committed. A slice is computed into files
 * first, so that what is counted is what was written, and then goes where the output is.
 */
public final class SliceWriter {

  private final OutputDirectory directory;
  private final SliceTarget target;
  private final OutputSchema schema;

  public SliceWriter(OutputDirectory directory, OutputSchema schema) {
    this.directory = directory;
    this.target = directory.target();
    this.schema = schema;
  }

  /** Computes rows, writes them, counts what was written, and commits it. */
  public Slice write(int number, Dataset<Row> rows) throws IOException {
    long started = System.nanoTime();
    OutputFormat format = target.stagingFormat();
    rows.select(described())
        .write()
        .mode(SaveMode.Overwrite)
        .format(format.name())
        .options(format.options(schema.type()))
        .save(directory.staging().toString());
    List<Path> staged = directory.staged();
    Dataset<Row> written =
        rows.sparkSession()
            .read()
            .format(format.name())
            .options(format.options())
            .schema(schema.type())
            .load(staged.stream().map(Path::toString).toArray(String[]::new));
    Counts counts = counts(written);
    directory.requireOurs();
    List<String> files = target.take(number, staged, written);
    return directory.commit(new Slice(number, files, counts, (System.nanoTime() - started) / 1e9));
  }

  /** The rows of slices; of a table that is not empty, all rows. */
  public Dataset<Row> read(List<Slice> slices) {
    return target.read(slices, schema.type());
  }

  /**
   * The committed slices, with one more for rows that a run appended to a table and died before it
   * wrote the slice down.
   *
   * @throws UsageException if a table lacks rows that slices account for
   */
  public List<Slice> recover(List<Slice> committed) throws IOException {
    Optional<Dataset<Row>> rows = target.held(schema.type());
    if (rows.isEmpty()) {
      return committed;
    }
    Counts listed = listed(committed);
    Counts rest = counts(rows.get()).minus(listed);
    if (rest.inputs() < 0 || rest.rows() < 0) {
      throw new UsageException(
          List.of(
              "output "
                  + directory.location()
                  + " cannot be resumed: of "
                  + listed.rows()
                  + " rows that were committed it lacks "
                  + -rest.rows()
                  + ": restore them, or add --overwrite in place of --resume"));
    }
    if (rest.rows() == 0) {
      return committed;
    }
    requireOnce(rows.get());
    List<Slice> all = new ArrayList<>(committed);
    int number = all.isEmpty() ? 0 : all.get(all.size() - 1).number() + 1;
    all.add(directory.commit(new Slice(number, List.of(), rest, 0)));
    return all;
  }

  /**
   * Makes sure, once all is written, that the output holds what was committed and no more.
   *
   * @throws IOException if it does not, such as when another run wrote to it
   */
  public void verify(List<Slice> committed) throws IOException {
    directory.requireListed(committed);
    Optional<Dataset<Row>> rows = target.held(schema.type());
    long listed = listed(committed).rows();
    long held = rows.isPresent() ? rows.get().count() : listed;
    if (held != listed) {
      throw new IOException(
          listed
              + " rows were committed, but output "
              + directory.location()
              + " holds "
              + held
              + ": something else wrote to it");
    }
  }

  /** Refuses rows that two runs appended at the same time. */
  private void requireOnce(Dataset<Row> rows) {
    if (schema.rows() == RowsOfInput.ONE) {
      long twice = rows.count() - rows.select(keys()).distinct().count();
      if (twice > 0) {
        throw new UsageException(
            List.of(
                "output "
                    + directory.location()
                    + " cannot be resumed: it holds "
                    + twice
                    + " rows twice, as two runs at the same time leave it: drop them, or add"
                    + " --overwrite in place of --resume"));
      }
    }
  }

  private static Counts listed(List<Slice> committed) {
    return committed.stream().map(Slice::counts).reduce(Counts.NONE, Counts::plus);
  }

  private Column[] keys() {
    return schema.keys().stream().map(key -> col(key)).toArray(Column[]::new);
  }

  /** The columns with their metadata, which files keep. */
  private Column[] described() {
    return Arrays.stream(schema.type().fields())
        .map(field -> col(field.name()).as(field.name(), field.metadata()))
        .toArray(Column[]::new);
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
    return marked
        .groupBy(keys())
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
