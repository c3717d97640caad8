package io.sparkattention.udfs.executor;

import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchMapper;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.batch.WindowLimits;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A small job: embeds numbers, of which every tenth cannot be read. */
final class EmbeddedRows {

  static final String MODEL = "classpath:golden/bert-sentence-transformer";

  private static final StructType TYPE = new StructType().add("result", DataTypes.StringType);

  private EmbeddedRows() {}

  private record Numbers() implements RowMapping<Row, String, TextEmbedder.Embedding> {
    @Override
    public String read(Row row) throws InvalidRowException {
      long number = row.getLong(0);
      if (number % 10 == 9) {
        throw new InvalidRowException("unreadable");
      }
      return "The number of this row is " + number;
    }

    @Override
    public long characters(String input) {
      return input.length();
    }

    @Override
    public void write(
        Row row, Outcome<TextEmbedder.Embedding> outcome, double ms, Consumer<Row> out) {
      out.accept(
          RowFactory.create(
              outcome.failed() ? outcome.error() : outcome.value().vector().length + " columns"));
    }
  }

  private static BatchComputation<String, TextEmbedder.Embedding> embedding(ModelSpec spec) {
    return models -> {
      TextEmbedder embedder = models.model(spec).embedder();
      return texts ->
          embedder.embed(texts, TextEmbedder.Role.PASSAGE).stream().map(Outcome::of).toList();
    };
  }

  /** What each row came to, with a model of that spec, in four tasks. */
  static List<String> embed(SparkSession spark, ModelSpec spec, int rows) {
    return InferenceStage.map(
            spark.range(0, rows, 1, 4).toDF(),
            new BatchMapper<>(new Numbers(), embedding(spec), WindowLimits.DEFAULT),
            TYPE)
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }
}
