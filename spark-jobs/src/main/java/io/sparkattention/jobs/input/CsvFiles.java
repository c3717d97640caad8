package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.from_csv;
import static org.apache.spark.sql.functions.hex;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import io.sparkattention.jobs.input.CsvRecords.CsvRecord;
import io.sparkattention.udfs.batch.Utf8;
import io.sparkattention.udfs.config.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Comma-separated values with a header line, which all files share. Spark's own reader replaces
 * bytes that are not UTF-8 in silence, takes rows of too few or too many fields as they are, and
 * lets a quote that is never closed swallow the rest of a file; here such rows arrive with their
 * problem.
 */
final class CsvFiles implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final Set<String> FILE = Set.of("path", "modificationTime", "length", "content");
  private static final String CORRUPT = "_corrupt_record";
  private static final StructType RECORDS =
      new StructType()
          .add("path", DataTypes.StringType)
          .add("value", DataTypes.BinaryType)
          .add("problem", DataTypes.StringType);

  private final InputFiles files;

  private CsvFiles(InputFiles files) {
    this.files = files;
  }

  static Dataset<Row> read(SparkSession spark, String location) throws IOException {
    return new CsvFiles(new InputFiles(spark)).rows(spark, location);
  }

  private Dataset<Row> rows(SparkSession spark, String location) throws IOException {
    Dataset<Row> found = spark.read().format("binaryFile").load(location);
    List<String> partitions =
        Arrays.stream(found.columns()).filter(name -> !FILE.contains(name)).toList();
    Dataset<String> paths = found.select("path").as(Encoders.STRING());
    byte[] header = header(paths.collectAsList(), location);
    Map<String, String> dialect = Map.of("escape", "\"");
    String line = new String(header, StandardCharsets.UTF_8);
    String[] names =
        spark
            .read()
            .option("header", true)
            .options(dialect)
            .csv(spark.createDataset(List.of(line), Encoders.STRING()))
            .columns();
    StructType fields = new StructType();
    for (String name : names) {
      fields = fields.add(name, DataTypes.StringType);
    }
    Column text = col("value").cast(DataTypes.StringType);
    Column malformed =
        when(
            col("record." + CORRUPT).isNotNull(),
            lit("the row has not the " + names.length + " fields of the header"));
    Map<String, String> options =
        Map.of("escape", "\"", "columnNameOfCorruptRecord", CORRUPT, "multiLine", "true");
    StructType withCorrupt = fields.add(CORRUPT, DataTypes.StringType);
    Dataset<Row> records =
        paths
            .flatMap(
                (FlatMapFunction<String, Row>) path -> records(path, header), Encoders.row(RECORDS))
            .withColumn("record", from_csv(text, lit(withCorrupt.toDDL()), options));
    Stream<Column> columns =
        Arrays.stream(names)
            .filter(name -> !partitions.contains(name))
            .map(name -> col("record").getField(name).as(name));
    Stream<Column> added =
        Stream.of(
            concat(col("path"), lit("#"), hex(xxhash64(col("value")))).as(InputTable.ROW),
            coalesce(col("problem"), malformed).as(InputTable.PROBLEM));
    Dataset<Row> placed =
        partitions.isEmpty()
            ? records
            : records.join(broadcast(found.drop("modificationTime", "length", "content")), "path");
    return placed.select(
        Stream.of(columns, partitions.stream().map(InputTable::quoted), added)
            .flatMap(Function.identity())
            .toArray(Column[]::new));
  }

  /** The header of the first file that is not empty. */
  private byte[] header(List<String> paths, String location) throws IOException {
    for (String path : paths.stream().sorted().toList()) {
      try (InputStream in = files.open(path)) {
        CsvRecords records = new CsvRecords(in);
        if (records.hasNext()) {
          CsvRecord header = records.next();
          String problem = problem(header);
          if (problem != null) {
            throw new UsageException(List.of("the header of " + path + " is bad: " + problem));
          }
          return header.bytes();
        }
      }
    }
    throw new UsageException(List.of("input " + location + " holds no header line"));
  }

  /** The records of a file but for its header. */
  private Iterator<Row> records(String path, byte[] header) throws IOException {
    InputStream in = files.open(path);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) ended -> close(in));
    CsvRecords records = new CsvRecords(in);
    String otherHeader =
        !records.hasNext() || Arrays.equals(records.next().bytes(), header)
            ? null
            : "the header of its file is not that of the first file";
    return StreamSupport.stream(Spliterators.spliteratorUnknownSize(records, 0), false)
        .map(
            record ->
                RowFactory.create(
                    path, record.bytes(), Optional.ofNullable(problem(record)).orElse(otherHeader)))
        .iterator();
  }

  private static String problem(CsvRecord record) {
    return record.fault() == null
        ? Utf8.problem(record.bytes())
        : "line " + record.line() + ": " + record.fault();
  }

  private static void close(InputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
