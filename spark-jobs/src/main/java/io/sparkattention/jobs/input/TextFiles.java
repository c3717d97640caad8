package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.col;

import java.io.IOException;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Files of text, one document each: {@code id} is its path, {@code text} its bytes as they are. */
final class TextFiles {

  private static final StructType DOCUMENTS =
      new StructType()
          .add("id", DataTypes.StringType)
          .add("text", DataTypes.BinaryType)
          .add(InputTable.ROW, DataTypes.StringType)
          .add(InputTable.PROBLEM, DataTypes.StringType);

  private TextFiles() {}

  static Dataset<Row> read(SparkSession spark, String location) {
    InputFiles files = new InputFiles(spark);
    return spark
        .read()
        .format("binaryFile")
        .option("recursiveFileLookup", true)
        .load(location)
        .select(col("path"), col("content"))
        .map(
            (MapFunction<Row, Row>) file -> document(files, file.getString(0), file.getAs(1)),
            Encoders.row(DOCUMENTS));
  }

  private static Row document(InputFiles files, String path, byte[] bytes) {
    try {
      return RowFactory.create(path, files.content(path, bytes), path, null);
    } catch (IOException e) {
      String problem = "the file cannot be decompressed: " + e.getMessage();
      return RowFactory.create(path, null, path, problem);
    }
  }
}
