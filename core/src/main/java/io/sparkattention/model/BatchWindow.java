package io.sparkattention.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Sequences that were sorted together, the batches that run of them, and their results as they
 * come. Batches write to places of their own; what they wrote is read after they are done.
 */
final class BatchWindow<R> {

  private final int[] counts;
  private final List<R> results;
  private final List<Future<?>> futures = new ArrayList<>();
  private int running;
  private boolean cancelled;

  /**
   * @param counts how many sequences each item has
   */
  BatchWindow(int[] counts, int sequences) {
    this.counts = counts;
    this.results = new ArrayList<>(Collections.nCopies(sequences, null));
  }

  /** Has a batch run on the pool, unless this window is cancelled before it begins. */
  void submit(ExecutorService inference, Runnable batch) {
    futures.add(inference.submit(() -> runUnlessCancelled(batch)));
  }

  private void runUnlessCancelled(Runnable batch) {
    synchronized (this) {
      if (cancelled) {
        return;
      }
      running++;
    }
    try {
      batch.run();
    } finally {
      synchronized (this) {
        running--;
        notifyAll();
      }
    }
  }

  /** Notes the results of some sequences. */
  void put(int[] sequences, List<R> values) {
    if (values.size() != sequences.length) {
      throw new IllegalStateException(
          sequences.length + " sequences were read, but " + values.size() + " results came back");
    }
    for (int i = 0; i < sequences.length; i++) {
      results.set(sequences[i], values.get(i));
    }
  }

  /**
   * Waits for all batches and adds one list of results per item.
   *
   * @throws CancellationException if this thread is interrupted
   */
  void collect(List<List<R>> into) {
    try {
      for (Future<?> future : futures) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a batch was running");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
    int at = 0;
    for (int count : counts) {
      into.add(List.copyOf(results.subList(at, at + count)));
      at += count;
    }
  }

  /** Whether batches that have begun should not begin more work. */
  synchronized boolean cancelled() {
    return cancelled;
  }

  /** Keeps what has not begun from running. */
  synchronized void cancel() {
    cancelled = true;
    futures.forEach(future -> future.cancel(false));
  }

  /**
   * Waits for the batches that run, interrupted or not: they use the model's native memory, which
   * the caller may release next.
   */
  void awaitRunning() {
    boolean interrupted = false;
    synchronized (this) {
      while (running > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
