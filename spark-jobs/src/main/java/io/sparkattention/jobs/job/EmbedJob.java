package io.sparkattention.jobs.job;

import static io.sparkattention.udfs.work.Columns.column;

import io.sparkattention.jobs.input.Documents;
import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import io.sparkattention.udfs.work.EmbedWork;
import io.sparkattention.udfs.work.ModelOptions;
import io.sparkattention.udfs.work.Provenance;
import io.sparkattention.udfs.work.Provenance.Trace;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;

/** Turns documents into vectors. */
public final class EmbedJob implements RowJob {

  static final OutputSchema SCHEMA =
      OutputSchema.of(
          "embeddings",
          1,
          List.of("id"),
          List.of(column("id", DataTypes.StringType, "names the document"), EmbedWork.VECTOR));

  private record Mapping(Provenance provenance) implements DocumentMapping<Embedding> {
    @Override
    public void write(Row row, Outcome<Embedding> outcome, double milliseconds, Consumer<Row> out) {
      if (outcome.failed()) {
        Trace trace = Trace.failed(outcome.error(), milliseconds);
        out.accept(provenance.timedRow(trace, id(row), null));
        return;
      }
      Embedding made = outcome.value();
      Trace trace = EmbedWork.trace(made, milliseconds);
      out.accept(provenance.timedRow(trace, id(row), made.vector()));
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
    return Stream.of(Documents.OPTIONS, List.of(EmbedWork.ROLE), ModelOptions.OPTIONS)
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

  private static DocumentWork<String, Embedding> work(JobSettings settings) {
    EmbedWork work = EmbedWork.of(settings);
    return new DocumentWork<>(
        spark -> ModelCheck.fingerprint(spark, work.spec(), model -> model.embedder()),
        SCHEMA,
        new Mapping(ModelOptions.provenance(work.spec())),
        work);
  }
}
