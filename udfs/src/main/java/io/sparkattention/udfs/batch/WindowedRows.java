package io.sparkattention.udfs.batch;

import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.metrics.InferenceActivity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/**
 * The rows of a partition after a computation, window by window, in the order of the input.
 *
 * @param <E> the rows
 * @param <T> what is read from a row
 * @param <R> what is computed for it
 */
public final class WindowedRows<E, T, R> implements Iterator<E> {

  private record Pending<E, T>(E row, Outcome<T> input) {}

  private final Iterator<E> rows;
  private final RowMapping<E, T, R> mapping;
  private final BatchFunction<T, R> function;
  private final WindowLimits limits;
  private final Deque<E> ready = new ArrayDeque<>();

  /**
   * Rows of one partition, inside its task.
   *
   * @param rows none of which may change once it was returned
   */
  public WindowedRows(
      Iterator<E> rows,
      RowMapping<E, T, R> mapping,
      BatchFunction<T, R> function,
      WindowLimits limits) {
    this.rows = rows;
    this.mapping = mapping;
    this.function = function;
    this.limits = limits;
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && rows.hasNext()) {
      computeWindow(readWindow());
    }
    return !ready.isEmpty();
  }

  @Override
  public E next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the partition has no more rows");
    }
    return ready.remove();
  }

  private List<Pending<E, T>> readWindow() {
    List<Pending<E, T>> window = new ArrayList<>();
    long characters = 0;
    while (rows.hasNext() && window.size() < limits.rows() && characters < limits.characters()) {
      E row = rows.next();
      characters += mapping.weight(row);
      try {
        T input = mapping.read(row);
        characters += mapping.characters(input);
        window.add(new Pending<>(row, Outcome.of(input)));
      } catch (InvalidRowException e) {
        window.add(new Pending<>(row, Outcome.failure(e.getMessage())));
      }
    }
    return window;
  }

  private void computeWindow(List<Pending<E, T>> window) {
    List<T> inputs =
        window.stream().map(Pending::input).filter(i -> !i.failed()).map(Outcome::value).toList();
    long started = System.nanoTime();
    Iterator<Outcome<Outcome<R>>> outcomes =
        Outcome.ofEach(inputs, this::computeUnlessKilled).iterator();
    stopIfKilled();
    double milliseconds = (System.nanoTime() - started) / 1e6;
    long total = Math.max(1, inputs.stream().mapToLong(mapping::characters).sum());
    for (Pending<E, T> pending : window) {
      if (pending.input.failed()) {
        write(pending.row, Outcome.failure(pending.input.error()), 0);
      } else {
        double share = milliseconds * mapping.characters(pending.input.value()) / total;
        write(pending.row, flat(outcomes.next()), share);
      }
    }
  }

  private void write(E row, Outcome<R> outcome, double milliseconds) {
    InferenceActivity.ofThisProcess().row(outcome);
    mapping.write(row, outcome, milliseconds, ready::add);
  }

  private static <R> Outcome<R> flat(Outcome<Outcome<R>> outcome) {
    return outcome.failed() ? Outcome.failure(outcome.error()) : outcome.value();
  }

  private List<Outcome<R>> computeUnlessKilled(List<T> inputs) {
    stopIfKilled();
    return function.apply(inputs);
  }

  /**
   * Throws where Spark has killed the task: its rows are not errors, nobody wants them any more.
   */
  private static void stopIfKilled() {
    TaskContext context = TaskContext.get();
    if (context != null && context.isInterrupted()) {
      throw new TaskKilledException("the task was killed");
    }
  }
}
