package io.sparkattention.udfs.function;

import io.sparkattention.udfs.batch.WindowedRows;
import io.sparkattention.udfs.executor.TaskModels;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.util.TaskCompletionListener;

/**
 * What an operator does with a partition.
 *
 * @param steps its calls; each reads ahead by its own window
 * @param input the columns of the child
 * @param output these and the results
 */
record CallProgram(
    List<CallStep> steps, List<Attribute> input, List<Attribute> output, CallMetrics metrics)
    implements Serializable {

  /** The rows of a partition with their results, in their order. */
  Iterator<InternalRow> evaluate(int partition, Iterator<InternalRow> rows) {
    if (!rows.hasNext()) {
      return rows; // an empty partition needs no model
    }
    TaskModels models = new TaskModels();
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> models.close());
    BatchClock clock = new BatchClock();
    Iterator<CallRow> evaluated = new Copies(rows, steps.size());
    for (int i = 0; i < steps.size(); i++) {
      evaluated = step(i, steps.get(i).call(), partition, evaluated, clock, models);
    }
    return new JoinedResults(evaluated, clock, this);
  }

  private <T, R> Iterator<CallRow> step(
      int i,
      BatchedCall<T, R> call,
      int partition,
      Iterator<CallRow> rows,
      BatchClock clock,
      TaskModels models) {
    return new WindowedRows<>(
        rows,
        new CallMapping<>(call, i, steps.get(i), input, partition, metrics.errors()),
        clock.counted(call.computation().open(models)),
        call.limits());
  }

  /** Rows that stay as they are: a child may use one row for all. */
  private record Copies(Iterator<InternalRow> rows, int calls) implements Iterator<CallRow> {

    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public CallRow next() {
      return new CallRow(rows.next().copy(), new Row[calls]);
    }
  }
}
