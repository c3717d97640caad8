package io.sparkattention.udfs.batch;

import io.sparkattention.udfs.executor.TaskModels;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Maps partitions by a batched computation.
 *
 * @param <T> what is read from a row
 * @param <R> what is computed for it
 */
public record BatchMapper<T, R>(
    RowMapping<Row, T, R> mapping, BatchComputation<T, R> computation, WindowLimits limits)
    implements MapPartitionsFunction<Row, Row> {

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return rows; // an empty partition needs no model
    }
    TaskModels models = new TaskModels();
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> models.close());
    return new WindowedRows<>(rows, mapping, computation.open(models), limits);
  }
}
