package io.sparkattention.udfs.function;

import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.batch.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Reads the arguments of a call from rows, and keeps its results beside them. Lives in one task.
 *
 * @param <T> what is read from the arguments
 * @param <R> what is computed for it
 */
final class CallMapping<T, R> implements RowMapping<CallRow, T, R> {

  private final BatchedCall<T, R> call;
  private final int place;
  private final List<String> names;
  private final UnsafeProjection arguments;
  private final SQLMetric errors;

  /**
   * @param place among the calls of the operator
   * @param step the same call with its arguments
   * @param input the columns that these refer to
   * @param partition its number, for arguments such as {@code rand()}
   */
  CallMapping(
      BatchedCall<T, R> call,
      int place,
      CallStep step,
      List<Attribute> input,
      int partition,
      SQLMetric errors) {
    this.call = call;
    this.place = place;
    this.names = step.names();
    this.arguments =
        UnsafeProjection.create(
            ScalaCollections.<Expression>seq(step.arguments()),
            ScalaCollections.<Attribute>seq(input));
    this.errors = errors;
    arguments.initialize(partition);
  }

  @Override
  public T read(CallRow row) throws InvalidRowException {
    UnsafeRow values = arguments.apply(row.row());
    List<String> texts = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      texts.add(values.isNullAt(i) ? null : text(names.get(i), values.getUTF8String(i)));
    }
    return call.read(texts);
  }

  private String text(String name, UTF8String value) throws InvalidRowException {
    String problem = Utf8.problem(value.getBytes());
    if (problem != null) {
      throw new InvalidRowException(names.size() == 1 ? problem : "the " + name + ": " + problem);
    }
    return value.toString();
  }

  @Override
  public long weight(CallRow row) {
    return row.row() instanceof UnsafeRow unsafe ? unsafe.getSizeInBytes() : 0;
  }

  @Override
  public long characters(T input) {
    return call.characters(input);
  }

  @Override
  public void write(CallRow row, Outcome<R> outcome, double milliseconds, Consumer<CallRow> out) {
    if (outcome.failed()) {
      errors.add(1);
    }
    row.results()[place] = call.write(outcome);
    out.accept(row);
  }
}
