package io.sparkattention.udfs.function;

import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.WindowLimits;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * A call of a function, its options settled: what travels to the executors.
 *
 * @param <T> what is read from the arguments
 * @param <R> what is computed for it
 */
public interface BatchedCall<T, R> extends Serializable {

  /** The fields of a result. */
  StructType type();

  /**
   * Reads the arguments of one row, some of which may be null.
   *
   * @throws InvalidRowException if nothing can be computed for them; its message becomes the error
   */
  T read(List<String> arguments) throws InvalidRowException;

  /** How long an input is, in characters. */
  long characters(T input);

  /** Computes results for many inputs. */
  BatchComputation<T, R> computation();

  /** The result of one row, which is never null: without a value it has an error. */
  Row write(Outcome<R> outcome);

  /** How far rows are read ahead. */
  WindowLimits limits();
}
