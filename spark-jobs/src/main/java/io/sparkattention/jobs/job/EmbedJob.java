package io.sparkattention.jobs.job;

import static io.sparkattention.jobs.output.OutputSchema.column;

import io.sparkattention.jobs.config.JobOption;
import io.sparkattention.jobs.config.JobSettings;
import io.sparkattention.jobs.config.OptionType;
import io.sparkattention.jobs.config.Problems;
import io.sparkattention.jobs.input.Documents;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.jobs.output.Provenance;
import io.sparkattention.jobs.output.Provenance.Trace;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.udfs.batch.BatchComputation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Turns documents into vectors. */
public final class EmbedJob implements Job {

  static final OutputSchema SCHEMA =
      OutputSchema.of(
          "embeddings",
          1,
          List.of("id"),
          List.of(
              column("id", DataTypes.StringType, "names the document"),
              column("vector", DataTypes.createArrayType(DataTypes.FloatType), "its embedding")));

  static final JobOption<String> ROLE =
      JobOption.withDefault(
          "role",
          OptionType.oneOf("symmetric", "query", "passage"),
          "symmetric",
          "What the texts are to the model; some models put a prompt before queries or passages");

  private record Mapping(Provenance provenance) implements DocumentMapping<Embedding> {
    @Override
    public void write(Row row, Outcome<Embedding> outcome, double milliseconds, Consumer<Row> out) {
      if (outcome.failed()) {
        out.accept(provenance.row(Trace.failed(outcome.error(), milliseconds), id(row), null));
        return;
      }
      Embedding made = outcome.value();
      Trace trace = new Trace(made.tokens(), null, made.truncated(), null, milliseconds);
      out.accept(provenance.row(trace, id(row), made.vector()));
    }
  }

  @Override
  public String name() {
    return "embed";
  }

  @Override
  public String summary() {
    return "Turn documents into vectors";
  }

  @Override
  public List<JobOption<?>> options() {
    return Stream.of(Documents.OPTIONS, List.of(ROLE), ModelOptions.OPTIONS)
        .<JobOption<?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public List<JobOption<String>> inputs() {
    return List.of(Documents.INPUT);
  }

  @Override
  public Optional<JobPlan> plan(JobContext context, Problems problems) {
    return DocumentWork.plan(context, problems, () -> work(context.settings()));
  }

  private static DocumentWork<Embedding> work(JobSettings settings) {
    ModelSpec spec = ModelOptions.spec(settings);
    TextEmbedder.Role role =
        TextEmbedder.Role.valueOf(settings.value(ROLE).toUpperCase(Locale.ROOT));
    return new DocumentWork<>(
        spark -> ModelCheck.fingerprint(spark, spec, model -> model.embedder()),
        SCHEMA,
        new Mapping(ModelOptions.provenance(spec)),
        embed(spec, role));
  }

  private static BatchComputation<String, Embedding> embed(ModelSpec spec, TextEmbedder.Role role) {
    return models -> {
      TextEmbedder embedder = models.model(spec).embedder();
      return texts -> embedder.embed(texts, role).stream().map(Outcome::of).toList();
    };
  }
}
