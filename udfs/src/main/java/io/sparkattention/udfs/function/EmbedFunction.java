package io.sparkattention.udfs.function;

import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.WindowLimits;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.work.EmbedWork;
import io.sparkattention.udfs.work.ModelOptions;
import io.sparkattention.udfs.work.Provenance;
import io.sparkattention.udfs.work.Provenance.Trace;
import io.sparkattention.udfs.work.TextCheck;
import io.sparkattention.udfs.work.WindowOptions;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** {@code embed(text[, options])}: the vector of a text. */
final class EmbedFunction implements BatchedFunction {

  private record Call(EmbedWork work, WindowLimits limits)
      implements BatchedCall<String, Embedding> {

    @Override
    public StructType type() {
      return Results.type(List.of(EmbedWork.VECTOR));
    }

    @Override
    public String read(List<String> arguments) throws InvalidRowException {
      return TextCheck.require("text", arguments.get(0));
    }

    @Override
    public long characters(String text) {
      return text.length();
    }

    @Override
    public BatchComputation<String, Embedding> computation() {
      return work;
    }

    @Override
    public Row write(Outcome<Embedding> outcome) {
      Provenance provenance = ModelOptions.provenance(work.spec());
      return outcome.failed()
          ? provenance.row(Trace.failed(outcome.error(), 0), (Object) null)
          : provenance.row(EmbedWork.trace(outcome.value(), 0), (Object) outcome.value().vector());
    }
  }

  @Override
  public String name() {
    return "embed";
  }

  @Override
  public String job() {
    return "embed";
  }

  @Override
  public List<String> arguments() {
    return List.of("text");
  }

  @Override
  public List<JobOption<?>> options() {
    return Results.options(List.of(List.of(EmbedWork.ROLE), ModelOptions.OPTIONS));
  }

  @Override
  public String summary() {
    return "The vector of a text";
  }

  @Override
  public BatchedCall<?, ?> call(JobSettings settings) {
    return new Call(EmbedWork.of(settings), WindowOptions.limits(settings));
  }
}
