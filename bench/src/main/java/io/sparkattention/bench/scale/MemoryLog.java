package io.sparkattention.bench.scale;

import io.sparkattention.tensor.ProcessMemory;
import io.sparkattention.udfs.metrics.InferenceActivity;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells at each tenth of the rows of a job that runs in this process how much heap is in use after
 * a collection, and how much memory the process holds outside the heap.
 */
final class MemoryLog implements AutoCloseable {

  /** What a tenth ends with, in bytes. */
  record Sample(int percent, long rows, double seconds, long heap, long outsideHeap) {}

  private static final int STEPS = 10;

  /** What the first tenths may still fill: caches, code, arenas of the allocator. */
  private static final int WARM = 30;

  private static final int LEAST_SAMPLES = 5;
  private static final double GROWTH = 1.1;
  private static final long SLACK = 64L << 20;

  private final InferenceActivity activity = InferenceActivity.ofThisProcess();
  private final long expected;
  private final PrintWriter out;
  private final long before = activity.counts().rows();
  private final long started = System.nanoTime();
  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread = new Thread(this::watch, "memory-log");
  private volatile boolean closed;

  MemoryLog(long expected, PrintWriter out) {
    this.expected = expected;
    this.out = out;
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    while (!closed) {
      long rows = activity.counts().rows() - before;
      if (samples.size() < STEPS && rows * STEPS >= expected * (samples.size() + 1L)) {
        sample((int) (100 * rows / expected), rows);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void sample(int reached, long rows) {
    int percent = Math.min(100, reached);
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    Sample sample =
        new Sample(
            percent,
            rows,
            (System.nanoTime() - started) / 1e9,
            runtime.totalMemory() - runtime.freeMemory(),
            ProcessMemory.outsideHeap());
    while (samples.size() < percent * STEPS / 100) { // a step may be longer than a tenth
      samples.add(sample);
    }
    out.printf(
        "  %3d %%  %,9d rows  %7.1f s  heap after collection %5.0f MiB  outside the heap %5.0f"
            + " MiB%n",
        percent, rows, sample.seconds(), sample.heap() / 0x1p20, sample.outsideHeap() / 0x1p20);
  }

  /** Ends the watch; the samples of all tenths. */
  List<Sample> samples() {
    close();
    if (samples.size() < STEPS) { // some rows are counted with others
      sample(100, activity.counts().rows() - before);
    }
    return List.copyOf(samples);
  }

  /**
   * Whether no number is a tenth above the highest of the first tenths. Few different samples show
   * nothing.
   */
  static boolean flat(List<Sample> samples) {
    if (samples.stream().distinct().count() < LEAST_SAMPLES) {
      return false;
    }
    long heap = 0;
    long outside = 0;
    for (Sample sample : samples) {
      if (sample.percent() <= WARM || heap == 0) {
        heap = Math.max(heap, sample.heap());
        outside = Math.max(outside, sample.outsideHeap());
      } else if (sample.heap() > heap * GROWTH + SLACK
          || sample.outsideHeap() > outside * GROWTH + SLACK) {
        return false;
      }
    }
    return heap > 0;
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
