package io.sparkattention.jobs.bench;

import static org.apache.spark.sql.types.DataTypes.DoubleType;
import static org.apache.spark.sql.types.DataTypes.IntegerType;
import static org.apache.spark.sql.types.DataTypes.StringType;

import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.measure.Measurement;
import io.sparkattention.measure.Subject;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructField;

/** Measurements as rows: one a quantity of a mechanism at a length. */
public final class MeasurementTable {

  private static final List<String> KEYS =
      List.of("part", "spec", "device", "dtype", "direction", "on", "length", "quantity");

  /** The columns. */
  public static final OutputSchema SCHEMA =
      OutputSchema.withoutProvenance(
          "measurements",
          1,
          KEYS,
          List.of(
              field("part", StringType, false, "which measure: cost, decode, recall or fidelity"),
              field(
                  "mechanism", StringType, false, "the mechanism, or an exact kernel of libtorch"),
              field("spec", StringType, false, "the mechanism with its options"),
              field(
                  "budget", IntegerType, true, "one in so many keys may be read; null: as spelled"),
              field("device", StringType, false, "where it was measured"),
              field("dtype", StringType, false, "the number format"),
              field("direction", StringType, false, "causal or bidirectional"),
              field("batch", IntegerType, false, "sequences of a call"),
              field("heads", IntegerType, false, "query heads"),
              field("key_value_heads", IntegerType, false, "key and value heads"),
              field("head_size", IntegerType, false, "columns of a head"),
              field("on", StringType, false, "generated inputs, or the model and its texts"),
              field("length", IntegerType, false, "tokens of a sequence; 0 where none was tried"),
              field("quantity", StringType, true, "what the numbers are of; null with a reason"),
              field("typical", DoubleType, true, "the mean; of times the median"),
              field("worst", DoubleType, true, "the worst case"),
              field("low", DoubleType, true, "the lowest case"),
              field("high", DoubleType, true, "the highest case"),
              field("cases", IntegerType, false, "how many cases were measured"),
              field("reason", StringType, true, "why there is no number; else null")));

  private MeasurementTable() {}

  private static StructField field(String name, DataType type, boolean nullable, String meaning) {
    return new StructField(
        name, type, nullable, new MetadataBuilder().putString("comment", meaning).build());
  }

  /** Measurements as a table of {@link #SCHEMA}. */
  public static Dataset<Row> of(SparkSession spark, List<Measurement> measurements) {
    List<Row> rows = measurements.stream().map(MeasurementTable::row).toList();
    return spark.createDataFrame(rows, SCHEMA.type());
  }

  private static Row row(Measurement measured) {
    Subject subject = measured.subject();
    boolean known = measured.quantity() != null;
    return RowFactory.create(
        subject.part(),
        subject.mechanism(),
        subject.spec(),
        subject.budget() == 0 ? null : subject.budget(),
        subject.device(),
        subject.dtype(),
        subject.direction(),
        subject.batch(),
        subject.heads(),
        subject.keyValueHeads(),
        subject.headSize(),
        subject.on(),
        subject.length(),
        known ? measured.quantity().label() : null,
        known ? measured.typical() : null,
        known ? measured.worst() : null,
        known ? measured.low() : null,
        known ? measured.high() : null,
        measured.count(),
        known ? null : measured.reason());
  }
}
