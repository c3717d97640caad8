package io.sparkattention.udfs.ml;

import static org.apache.spark.sql.functions.when;

import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.function.BatchedFunction;
import io.sparkattention.udfs.function.BatchedFunctions;
import io.sparkattention.udfs.function.ResultColumn;
import java.util.Optional;
import org.apache.spark.ml.functions;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Adds the vector of each text: the struct of {@code embed(text, options)} in a column {@code
 * embedding}, with the vector as array of floats. Where {@code vectorCol} is set, the vector stands
 * in that column too, as the {@link org.apache.spark.ml.linalg.Vector} that other stages of
 * spark.ml read; null where {@code embedding.error} says why there is none.
 */
public final class DocumentEmbedder extends FunctionTransformer<DocumentEmbedder> {

  private static final long serialVersionUID = 1L;

  private final Param<String> vectorCol =
      column("vectorCol", "The column to add for vectors of spark.ml; none unless it is set");

  /** A stage with a uid of its own. */
  public DocumentEmbedder() {
    this(randomUid("documentEmbedder"));
  }

  /** A stage with this uid, which no other in a pipeline may have. */
  public DocumentEmbedder(String uid) {
    super(uid, "embedding");
  }

  /** Reads what was saved. */
  public static MLReader<DocumentEmbedder> read() {
    return new DefaultParamsReader<>();
  }

  /** The stage that was saved at a path. */
  public static DocumentEmbedder load(String path) {
    return read().load(path);
  }

  @Override
  BatchedFunction function() {
    return BatchedFunctions.EMBED;
  }

  /** The column to add for vectors of spark.ml: none, unless it is set. */
  public Param<String> vectorCol() {
    return vectorCol;
  }

  /** Names the column to add for vectors of spark.ml. */
  public DocumentEmbedder setVectorCol(String name) {
    return with(vectorCol, name);
  }

  @Override
  public Dataset<Row> transform(Dataset<?> rows) {
    if (!isSet(vectorCol)) {
      return super.transform(rows);
    }
    Problems problems = new Problems();
    problems.check(() -> requireVectorCol(rows));
    Optional<Dataset<Row>> embedded = problems.check(() -> super.transform(rows));
    problems.throwIfAny();
    Column vector = result(embedded.orElseThrow()).getField("vector").cast("array<double>");
    return embedded
        .orElseThrow()
        .withColumn(
            getOrDefault(vectorCol), when(vector.isNotNull(), functions.array_to_vector(vector)));
  }

  private Column result(Dataset<Row> rows) {
    return rows.col("`" + getOrDefault(outputCol()).replace("`", "``") + "`");
  }

  private void requireVectorCol(Dataset<?> rows) {
    ResultColumn.requireNew(rows, named(vectorCol));
    String name = getOrDefault(vectorCol);
    if (name.equalsIgnoreCase(getOrDefault(outputCol()))) {
      throw new IllegalArgumentException(
          "vectorCol and outputCol are both '" + name + "': give each a name of its own");
    }
  }
}
