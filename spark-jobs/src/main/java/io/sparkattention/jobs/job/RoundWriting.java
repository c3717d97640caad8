package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Sources;
import io.sparkattention.model.Outcome;
import io.sparkattention.summarize.SummaryWriter;
import io.sparkattention.summarize.WritingTask;
import io.sparkattention.summarize.WrittenStep;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchFunction;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.work.SummarizeWork;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Has a model write the texts of a round, each in a row of its own. */
record RoundWriting() implements RowMapping<Row, WritingTask, WrittenStep> {

  /** Who writes them. */
  record Model(SummarizeWork work) implements BatchComputation<WritingTask, WrittenStep> {

    @Override
    public BatchFunction<WritingTask, WrittenStep> open(TaskModels models) {
      SummaryWriter writer = work.context(models).writer();
      return writer::write;
    }
  }

  @Override
  public WritingTask read(Row row) {
    return Round.task(row.getAs(RoundColumns.TASK));
  }

  @Override
  public long characters(WritingTask task) {
    return (long) task.text().length() + task.summary().length();
  }

  @Override
  public void write(Row row, Outcome<WrittenStep> outcome, double milliseconds, Consumer<Row> out) {
    out.accept(
        RowFactory.create(
            row.getAs(Sources.ID),
            row.getAs(RoundColumns.NUMBER),
            outcome.failed() ? null : Round.json(outcome.value()),
            outcome.error(),
            milliseconds));
  }
}
