package io.sparkattention.jobs.output;

import io.sparkattention.udfs.work.Provenance;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of an output, with a name and a version that Spark writes into the metadata of every
 * file. A column that is added raises the version; none is ever renamed or dropped within a name.
 *
 * @param name what a row of the output is, such as {@code summaries}
 * @param version counts from 1
 * @param keys the columns that name a row's input
 * @param rows how many rows an input has
 * @param type all columns
 */
public record OutputSchema(
    String name, int version, List<String> keys, RowsOfInput rows, StructType type) {

  /** How many rows an input has. */
  public enum RowsOfInput {
    ONE,
    SEVERAL
  }

  /** The column metadata that holds name and version. */
  public static final String METADATA = "spark.attention.schema";

  /** One row an input: its keys and results, then the columns that all outputs have. */
  public static OutputSchema of(
      String name, int version, List<String> keys, List<StructField> keysAndResults) {
    return withoutProvenance(
        name,
        version,
        keys,
        Stream.of(keysAndResults, Provenance.COLUMNS, List.of(Provenance.DURATION))
            .flatMap(List::stream)
            .toList());
  }

  /** One row a key, with these columns and no others: for tables that follow from rows. */
  public static OutputSchema withoutProvenance(
      String name, int version, List<String> keys, List<StructField> columns) {
    Metadata identity = new MetadataBuilder().putString(METADATA, name + "/" + version).build();
    StructField[] fields =
        columns.stream()
            .map(
                field ->
                    field.copy(
                        field.name(),
                        field.dataType(),
                        field.nullable(),
                        new MetadataBuilder()
                            .withMetadata(field.metadata())
                            .withMetadata(identity)
                            .build()))
            .toArray(StructField[]::new);
    return new OutputSchema(name, version, keys, RowsOfInput.ONE, new StructType(fields));
  }

  /** The same for inputs that have several rows each. */
  public OutputSchema withSeveralRows() {
    return new OutputSchema(name, version, keys, RowsOfInput.SEVERAL, type);
  }

  /** The columns with their types, one a line. */
  public String describe() {
    StringBuilder text = new StringBuilder(name + "/" + version + " by " + keys + "\n");
    Arrays.stream(type.fields())
        .forEach(
            field -> text.append(field.name() + " " + field.dataType().catalogString() + "\n"));
    return text.toString();
  }
}
