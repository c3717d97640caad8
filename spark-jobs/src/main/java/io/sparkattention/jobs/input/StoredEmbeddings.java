package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.udf;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.config.UsageException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.Seq;

/**
 * Vectors of passages, as the embed job writes them.
 *
 * @param rows {@code passage_id} and {@code vector}, the numbers as bytes: float32, big-endian
 */
public record StoredEmbeddings(Dataset<Row> rows) {

  public static final JobOption<String> EMBEDDINGS =
      JobOption.optional(
          "embeddings",
          OptionType.PATH,
          "Vectors of the passages, written by embed with the same model: columns id and vector;"
              + " passages without one are read");

  private static final String ID = "id";
  private static final UDF1<Seq<Float>, byte[]> BYTES = StoredEmbeddings::bytes;

  /** Opens what an option names; empty if it names nothing, or after noting why it is unusable. */
  static Optional<StoredEmbeddings> read(
      InputReader reader, JobSettings settings, Problems problems) {
    return settings
        .optional(EMBEDDINGS)
        .flatMap(
            location ->
                problems.check(() -> of(reader.read(location, Optional.empty()), location)));
  }

  private static StoredEmbeddings of(InputTable table, String location) {
    List<String> names = Arrays.asList(table.rows().columns());
    if (!names.contains(ID) || !isVector(table, names)) {
      throw new UsageException(
          List.of(
              "embeddings "
                  + location
                  + " need a column id and a column vector of numbers: name an output of embed"));
    }
    Column vector = col(Candidates.VECTOR).cast(DataTypes.createArrayType(DataTypes.FloatType));
    Dataset<Row> rows =
        table
            .rows()
            .select(
                col(ID).cast(DataTypes.StringType).as(Candidates.PASSAGE_ID),
                vector,
                col(InputTable.PROBLEM))
            .filter(col(Candidates.VECTOR).isNotNull());
    Ids.check(rows, List.of(IdRule.unique(List.of(Candidates.PASSAGE_ID))), "embeddings", location);
    return new StoredEmbeddings(
        rows.drop(InputTable.PROBLEM)
            .withColumn(
                Candidates.VECTOR, udf(BYTES, DataTypes.BinaryType).apply(col(Candidates.VECTOR))));
  }

  private static boolean isVector(InputTable table, List<String> names) {
    if (!names.contains(Candidates.VECTOR)) {
      return false;
    }
    DataType type = table.rows().schema().apply(Candidates.VECTOR).dataType();
    return type instanceof ArrayType array
        && List.of(DataTypes.FloatType, DataTypes.DoubleType).contains(array.elementType());
  }

  /** Rows that have a {@code passage_id}, with a {@code vector} where one is stored. */
  Dataset<Row> joinedTo(Dataset<Row> passages) {
    return passages.join(rows, Candidates.using(Candidates.PASSAGE_ID), "left");
  }

  /** A row's vector; null if none is stored. */
  public static float[] vector(Row row) {
    boolean named = row.schema().getFieldIndex(Candidates.VECTOR).isDefined();
    byte[] bytes = named ? row.getAs(Candidates.VECTOR) : null;
    if (bytes == null) {
      return null;
    }
    float[] vector = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).asFloatBuffer().get(vector);
    return vector;
  }

  private static byte[] bytes(Seq<Float> vector) {
    ByteBuffer bytes = ByteBuffer.allocate(vector.length() * Float.BYTES);
    for (int i = 0; i < vector.length(); i++) {
      Float number = vector.apply(i);
      bytes.putFloat(number == null ? Float.NaN : number);
    }
    return bytes.array();
  }
}
