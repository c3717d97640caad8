package io.sparkattention.udfs.batch;

import io.sparkattention.model.Outcome;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;

/**
 * Computes the windows of a task one after the other on a thread of its own, so that the task can
 * read and write meanwhile.
 *
 * @param <T> what is read from a row
 * @param <R> what is computed for it
 */
final class WindowWorker<T, R> implements AutoCloseable {

  private static final long KILL_CHECK_MILLIS = 100;

  private final BatchFunction<T, R> function;
  private final TaskContext task;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread made = new Thread(work, "spark-attention-window");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param task the task that this works for; null outside of one
   */
  WindowWorker(BatchFunction<T, R> function, TaskContext task) {
    this.function = function;
    this.task = task;
  }

  private record Computed<R>(List<Outcome<R>> outcomes, double milliseconds) {}

  /** What comes of a window. */
  static final class Result<R> {

    private final Future<Computed<R>> future;
    private final TaskContext task;
    private double milliseconds;

    private Result(Future<Computed<R>> future, TaskContext task) {
      this.future = future;
      this.task = task;
    }

    /**
     * Waits for one outcome per input, in their order.
     *
     * @throws TaskKilledException if Spark has killed the task: nobody wants its rows any more
     */
    List<Outcome<R>> await() {
      while (true) {
        stopIfKilled(task);
        try {
          Computed<R> computed = future.get(KILL_CHECK_MILLIS, TimeUnit.MILLISECONDS);
          stopIfKilled(task);
          milliseconds = computed.milliseconds;
          return computed.outcomes;
        } catch (TimeoutException e) {
          continue;
        } catch (InterruptedException e) {
          stopIfKilled(task);
          Thread.currentThread().interrupt();
          throw new CancellationException("interrupted while a window was computed");
        } catch (ExecutionException e) {
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw new IllegalStateException(e.getCause()); // failures of rows are outcomes
        }
      }
    }

    /** How long it was computed. */
    double milliseconds() {
      return milliseconds;
    }
  }

  /** Has a window computed once those before it are done. */
  Result<R> begin(List<T> inputs) {
    return new Result<>(thread.submit(() -> compute(inputs)), task);
  }

  private Computed<R> compute(List<T> inputs) {
    long started = System.nanoTime();
    List<Outcome<R>> outcomes =
        Outcome.ofEach(inputs, this::computeUnlessStopped).stream()
            .map(each -> each.failed() ? Outcome.<R>failure(each.error()) : each.value())
            .toList();
    return new Computed<>(outcomes, (System.nanoTime() - started) / 1e6);
  }

  private List<Outcome<R>> computeUnlessStopped(List<T> inputs) {
    stopIfKilled(task);
    if (thread.isShutdown()) {
      throw new CancellationException("the task has ended");
    }
    return function.apply(inputs);
  }

  private static void stopIfKilled(TaskContext task) {
    if (task != null && task.isInterrupted()) {
      throw new TaskKilledException("the task was killed");
    }
  }

  /** Stops, and waits for what cannot be stopped: it uses what the caller releases next. */
  @Override
  public void close() {
    thread.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
