package io.sparkattention.udfs.batch;

import io.sparkattention.model.Outcome;
import java.io.Serializable;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/**
 * How a computation meets a table: what it reads from a row and what it writes for the outcome.
 *
 * @param <T> what is read from a row
 * @param <R> what is computed for it
 */
public interface RowMapping<T, R> extends Serializable {

  /**
   * Reads the input of one row.
   *
   * @throws InvalidRowException if the row has none; its message becomes the error of the row
   */
  T read(Row row) throws InvalidRowException;

  /** How long an input is, in characters. */
  long characters(T input);

  /**
   * Writes the rows of one outcome: at least one, also for an error.
   *
   * @param milliseconds this row's share of the time that its window took, by characters
   */
  void write(Row row, Outcome<R> outcome, double milliseconds, Consumer<Row> out);
}
