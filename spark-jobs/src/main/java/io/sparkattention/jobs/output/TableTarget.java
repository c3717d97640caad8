package io.sparkattention.jobs.output;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * A table that keeps its own commits: each slice is appended as one. What the table holds decides
 * what is committed, so that a run which dies between an append and its slice record computes
 * nothing twice.
 */
final class TableTarget implements SliceTarget {

  private final SparkSession spark;
  private final String location;
  private final OutputFormat format;
  private final OutputFormat staging;

  TableTarget(SparkSession spark, String location, OutputFormat format) {
    this.spark = spark;
    this.location = location;
    this.format = format;
    this.staging = OutputFormat.of(spark, "parquet");
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public boolean exists() throws IOException {
    return table().isPresent() || isTaken();
  }

  /** The table, if there is one. */
  private Optional<Dataset<Row>> table() throws IOException {
    try {
      Dataset<Row> table = spark.read().format(format.name()).load(location);
      return table.columns().length == 0 ? Optional.empty() : Optional.of(table);
    } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare
      if (e instanceof AnalysisException) {
        return Optional.empty();
      }
      throw new IOException(e.toString(), e);
    }
  }

  /** Whether files that are no table lie there; a table's name need not be a path. */
  private boolean isTaken() throws IOException {
    try {
      Path path = new Path(location);
      FileStatus[] found =
          path.getFileSystem(spark.sessionState().newHadoopConf()).globStatus(new Path(path, "*"));
      return found != null && found.length > 0;
    } catch (IllegalArgumentException | UnsupportedFileSystemException e) {
      return false;
    }
  }

  @Override
  public void clear(StructType type) throws IOException {
    if (table().isPresent()) {
      write(none(type), SaveMode.Overwrite);
    }
  }

  @Override
  public void create(StructType type) throws IOException {
    if (table().isEmpty()) {
      write(none(type), format.isOfCatalogs() ? SaveMode.ErrorIfExists : SaveMode.Append);
    }
  }

  private Dataset<Row> none(StructType type) {
    return spark.createDataFrame(List.of(), type);
  }

  private void write(Dataset<Row> rows, SaveMode mode) {
    var writer = rows.write().format(format.name()).mode(mode);
    if (mode == SaveMode.Overwrite) {
      writer.option("overwriteSchema", "true"); // for Delta, which otherwise keeps the columns
    }
    writer.save(location);
  }

  @Override
  public OutputFormat stagingFormat() {
    return staging;
  }

  @Override
  public List<String> take(int number, List<Path> staged, Dataset<Row> rows) {
    write(rows, SaveMode.Append);
    return List.of();
  }

  @Override
  public Dataset<Row> read(List<Slice> committed, StructType type) {
    Column[] columns =
        Arrays.stream(type.fieldNames()).map(name -> col(name)).toArray(Column[]::new);
    return spark.read().format(format.name()).load(location).select(columns);
  }

  @Override
  public Optional<Dataset<Row>> held(StructType type) throws IOException {
    return Optional.of(table().isPresent() ? read(List.of(), type) : none(type));
  }
}
