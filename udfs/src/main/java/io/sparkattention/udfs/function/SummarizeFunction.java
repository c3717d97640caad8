package io.sparkattention.udfs.function;

import io.sparkattention.model.Outcome;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.Summarizer;
import io.sparkattention.summarize.Summary;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.WindowLimits;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.work.ModelOptions;
import io.sparkattention.udfs.work.Provenance;
import io.sparkattention.udfs.work.Provenance.Trace;
import io.sparkattention.udfs.work.SummarizeWork;
import io.sparkattention.udfs.work.SummaryColumns;
import io.sparkattention.udfs.work.TextCheck;
import io.sparkattention.udfs.work.WindowOptions;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** {@code summarize(text[, options])}: the summary of a text. */
final class SummarizeFunction implements BatchedFunction {

  private record Call(SummarizeWork work, SummaryColumns.Made made, WindowLimits limits)
      implements BatchedCall<Source, Summary> {

    @Override
    public StructType type() {
      return Results.type(SummaryColumns.of());
    }

    @Override
    public Source read(List<String> arguments) throws InvalidRowException {
      return Source.of(TextCheck.require("text", arguments.get(0)));
    }

    @Override
    public long characters(Source source) {
      return source.texts().get(0).length();
    }

    @Override
    public BatchComputation<Source, Summary> computation() {
      return work;
    }

    @Override
    public Row write(Outcome<Summary> outcome) {
      Provenance provenance = work.model().provenance();
      Trace trace =
          outcome.failed()
              ? Trace.failed(outcome.error(), 0)
              : SummaryColumns.trace(outcome.value(), 0);
      return provenance.row(
          trace, SummaryColumns.values(outcome.value(), made, document -> new Object[0]));
    }
  }

  @Override
  public String name() {
    return "summarize";
  }

  @Override
  public String job() {
    return "summarize";
  }

  @Override
  public List<String> arguments() {
    return List.of("text");
  }

  @Override
  public List<JobOption<?>> options() {
    return Results.options(List.of(SummarizeWork.OPTIONS, ModelOptions.OPTIONS));
  }

  @Override
  public String summary() {
    return "The summary of a text";
  }

  @Override
  public BatchedCall<?, ?> call(JobSettings settings) {
    Summarizer summarizer = settings.value(SummarizeWork.STRATEGY);
    SummarizeWork work = SummarizeWork.of(settings, summarizer);
    if (summarizer.needsQuery()) {
      throw new IllegalArgumentException(
          "strategy "
              + work.strategy().split(":")[0]
              + " looks for a query, which this function has not: use another strategy, or the job"
              + " summarize with --query-column");
    }
    return new Call(work, work.made(), WindowOptions.limits(settings));
  }
}
