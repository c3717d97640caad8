package io.sparkattention.bench;

import java.util.HashMap;
import java.util.Map;

/** Counts in which of our methods threads are, some hundred times a second. */
final class StackSamples implements AutoCloseable {
  private static final int MILLISECONDS = 2;
  private static final int MOST = 25;

  private final Map<String, Integer> counts = new HashMap<>();
  private final Thread sampler = new Thread(this::sample, "samples");
  private volatile boolean ended;

  StackSamples() {
    sampler.setDaemon(true);
    sampler.start();
  }

  private void sample() {
    while (!ended) {
      Thread.getAllStackTraces().forEach((thread, stack) -> count(stack));
      try {
        Thread.sleep(MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void count(StackTraceElement[] stack) {
    StringBuilder ours = new StringBuilder();
    int found = 0;
    for (StackTraceElement frame : stack) {
      if (frame.getClassName().startsWith("io.sparkattention") && found < 3) {
        String name = frame.getClassName();
        ours.append(found++ == 0 ? stack[0].getMethodName() + " in " : " < ")
            .append(name.substring(name.lastIndexOf('.') + 1))
            .append('.')
            .append(frame.getMethodName())
            .append(':')
            .append(frame.getLineNumber());
      }
    }
    boolean waits = ours.indexOf("park in") == 0 || ours.indexOf("wait in") == 0;
    if (found > 0 && !waits && ours.indexOf("StackSamples") < 0) {
      counts.merge(ours.toString(), 1, Integer::sum);
    }
  }

  /** Prints where threads were most often. */
  @Override
  public void close() {
    ended = true;
    try {
      sampler.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    counts.entrySet().stream()
        .sorted((a, b) -> b.getValue() - a.getValue())
        .limit(MOST)
        .forEach(entry -> System.out.println("# " + entry.getValue() + " " + entry.getKey()));
  }
}
