package io.sparkattention.jobs.metrics;

import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * One line on a terminal that says how far a run is, from what Spark's tasks have written. Silent
 * where nobody looks.
 */
public final class Progress extends SparkListener implements AutoCloseable {

  private final PrintStream terminal;
  private final String job;
  private final long started = System.nanoTime();
  private final AtomicLong written = new AtomicLong();

  /**
   * @param terminal where the line is shown; null to show none
   * @param job what is running
   */
  public Progress(PrintStream terminal, String job) {
    this.terminal = terminal;
    this.job = job;
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskMetrics() == null) {
      return; // the task was lost with its executor
    }
    long records = end.taskMetrics().outputMetrics().recordsWritten();
    if (records > 0) {
      show(written.addAndGet(records));
    }
  }

  /** Rows that tasks have written so far. */
  public long written() {
    return written.get();
  }

  private synchronized void show(long rows) {
    if (terminal == null) {
      return;
    }
    double seconds = (System.nanoTime() - started) / 1e9;
    terminal.printf("\r%s: %,d rows, %,.1f rows/s  ", job, rows, rows / seconds);
    terminal.flush();
  }

  @Override
  public synchronized void close() {
    if (terminal != null && written.get() > 0) {
      terminal.println();
    }
  }
}
