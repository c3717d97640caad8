package io.sparkattention.udfs.batch;

import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.executor.DeviceGuard;
import io.sparkattention.udfs.metrics.InferenceActivity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The rows of a partition after a computation, window by window, in the order of the input. While a
 * window is computed the task reads the next one, and writes what came of the one before.
 *
 * @param <E> the rows
 * @param <T> what is read from a row
 * @param <R> what is computed for it
 */
public final class WindowedRows<E, T, R> implements Iterator<E> {

  private record Pending<E, T>(E row, Outcome<T> input) {}

  /** A window that is computed, or waits for the one before it. */
  private record Begun<E, T, R>(
      List<Pending<E, T>> rows, List<T> inputs, WindowWorker.Result<R> result) {}

  private final Iterator<E> rows;
  private final RowMapping<E, T, R> mapping;
  private final WindowLimits limits;
  private final WindowWorker<T, R> worker;
  private final Deque<E> ready = new ArrayDeque<>();
  private Begun<E, T, R> begun;

  /**
   * Rows of one partition, inside its task. What the function uses must stay until the task ends:
   * register what releases it before this is made.
   *
   * @param rows none of which may change once it was returned
   * @param function is called by one thread at a time, which is not that of the task
   */
  public WindowedRows(
      Iterator<E> rows,
      RowMapping<E, T, R> mapping,
      BatchFunction<T, R> function,
      WindowLimits limits) {
    this.rows = rows;
    this.mapping = mapping;
    this.limits = limits;
    TaskContext task = TaskContext.get();
    DeviceGuard guard = DeviceGuard.of(task);
    this.worker =
        new WindowWorker<>(new GuardedFunction<>(function, mapping::identity, guard), task);
    if (task != null) {
      // Spark calls listeners from the last to the first: this one before those of the models.
      task.addTaskCompletionListener((TaskCompletionListener) context -> worker.close());
    }
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && (begun != null || rows.hasNext())) {
      advance();
    }
    if (ready.isEmpty()) {
      worker.close();
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

  private void advance() {
    Begun<E, T, R> first = begun == null ? begin(readWindow()) : begun;
    begun = rows.hasNext() ? begin(readWindow()) : null; // waits behind the first
    write(first);
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

  private Begun<E, T, R> begin(List<Pending<E, T>> window) {
    List<T> inputs =
        window.stream().map(Pending::input).filter(i -> !i.failed()).map(Outcome::value).toList();
    return new Begun<>(window, inputs, worker.begin(inputs));
  }

  private void write(Begun<E, T, R> window) {
    Iterator<Outcome<R>> outcomes = window.result.await().iterator();
    double milliseconds = window.result.milliseconds();
    long total = Math.max(1, window.inputs.stream().mapToLong(mapping::characters).sum());
    for (Pending<E, T> pending : window.rows) {
      if (pending.input.failed()) {
        write(pending.row, Outcome.failure(pending.input.error()), 0);
      } else {
        double share = milliseconds * mapping.characters(pending.input.value()) / total;
        write(pending.row, outcomes.next(), share);
      }
    }
  }

  private void write(E row, Outcome<R> outcome, double milliseconds) {
    InferenceActivity.ofThisProcess().row(outcome);
    mapping.write(row, outcome, milliseconds, ready::add);
  }
}
