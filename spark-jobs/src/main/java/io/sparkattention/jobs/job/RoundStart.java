package io.sparkattention.jobs.job;

import io.sparkattention.model.Outcome;
import io.sparkattention.summarize.AbstractiveSummarizer;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.SummarizeContext;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchFunction;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.work.SummarizeWork;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/** Cuts sources into chunks, which are the tasks of the first round. */
record RoundStart(SummaryMapping mapping) implements RowMapping<Row, Source, Round> {

  /** How they are cut. */
  record Cutting(SummarizeWork work) implements BatchComputation<Source, Round> {

    @Override
    public BatchFunction<Source, Round> open(TaskModels models) {
      SummarizeContext context = work.context(models);
      AbstractiveSummarizer strategy = (AbstractiveSummarizer) work.summarizer();
      return sources ->
          sources.stream()
              .map(
                  source ->
                      strategy
                          .draft(source, work.budget(), context)
                          .then(draft -> Round.of(draft, source, work, context.writer())))
              .toList();
    }
  }

  @Override
  public Source read(Row row) throws InvalidRowException {
    return mapping.read(row);
  }

  @Override
  public long characters(Source source) {
    return mapping.characters(source);
  }

  @Override
  public void write(Row row, Outcome<Round> outcome, double milliseconds, Consumer<Row> out) {
    RoundColumns.write(row, outcome, milliseconds, out);
  }
}
