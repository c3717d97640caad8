package io.sparkattention.udfs.function;

import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.batch.BatchFunction;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts batches and their time on the threads that compute them, and tells Spark's metrics, which
 * belong to the thread of the task.
 */
final class BatchClock {

  private final AtomicLong batches = new AtomicLong();
  private final AtomicLong nanoseconds = new AtomicLong();

  /** The same function, counted. */
  <T, R> BatchFunction<T, R> counted(BatchFunction<T, R> function) {
    return inputs -> measured(function, inputs);
  }

  private <T, R> List<Outcome<R>> measured(BatchFunction<T, R> function, List<T> inputs) {
    long started = System.nanoTime();
    try {
      return function.apply(inputs);
    } finally {
      nanoseconds.addAndGet(System.nanoTime() - started);
      batches.incrementAndGet();
    }
  }

  /** Adds what was counted since the last time; called by the thread of the task. */
  void tell(CallMetrics metrics) {
    if (batches.get() > 0) {
      metrics.batches().add(batches.getAndSet(0));
      metrics.nanoseconds().add(nanoseconds.getAndSet(0));
    }
  }
}
