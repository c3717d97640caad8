package io.sparkattention.udfs.batch;

import io.sparkattention.model.Outcome;
import java.io.Serializable;
import java.util.function.Consumer;

/**
 * How a computation meets a table: what it reads from a row and what it writes for the outcome.
 *
 * @param <E> the rows, such as {@link org.apache.spark.sql.Row}
 * @param <T> what is read from a row
 * @param <R> what is computed for it
 */
public interface RowMapping<E, T, R> extends Serializable {

  /**
   * Reads the input of one row.
   *
   * @throws InvalidRowException if the row has none; its message becomes the error of the row
   */
  T read(E row) throws InvalidRowException;

  /** Names an input in the same way in every process; equal inputs may have one name. */
  default String identity(T input) {
    return String.valueOf(input);
  }

  /** How long an input is, in characters. */
  long characters(T input);

  /** What else of a row waits on the heap until it is written, in characters. */
  default long weight(E row) {
    return 0;
  }

  /**
   * Writes the rows of one outcome: at least one, also for an error.
   *
   * @param milliseconds this row's share of the time that its window took, by characters
   */
  void write(E row, Outcome<R> outcome, double milliseconds, Consumer<E> out);
}
