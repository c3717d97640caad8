package io.sparkattention.udfs.work;

import static io.sparkattention.udfs.work.Columns.column;

import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchFunction;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.work.Provenance.Trace;
import java.util.Locale;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Turns texts into vectors.
 *
 * @param spec the model
 * @param role what the texts are to it
 */
public record EmbedWork(ModelSpec spec, TextEmbedder.Role role)
    implements BatchComputation<String, Embedding> {

  public static final JobOption<String> ROLE =
      JobOption.withDefault(
          "role",
          OptionType.oneOf("symmetric", "query", "passage"),
          "symmetric",
          "What the texts are to the model; some models put a prompt before queries or passages");

  /** The column of the result. */
  public static final StructField VECTOR =
      column("vector", DataTypes.createArrayType(DataTypes.FloatType), "its embedding");

  /** The work that settings describe. */
  public static EmbedWork of(JobSettings settings) {
    return new EmbedWork(
        ModelOptions.spec(settings),
        TextEmbedder.Role.valueOf(settings.value(ROLE).toUpperCase(Locale.ROOT)));
  }

  /** How a vector came about. */
  public static Trace trace(Embedding made, double milliseconds) {
    return new Trace(made.tokens(), null, made.truncated(), null, milliseconds);
  }

  @Override
  public BatchFunction<String, Embedding> open(TaskModels models) {
    TextEmbedder embedder = models.model(spec).embedder();
    return texts -> embedder.embed(texts, role).stream().map(Outcome::of).toList();
  }
}
