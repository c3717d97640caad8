package io.sparkattention.udfs.metrics;

import java.util.function.LongSupplier;

/** How long somebody was using something, however many at once. Thread-safe. */
final class UseClock {

  private final LongSupplier nanos;
  private long users;
  private long since;
  private long before;

  /**
   * @param nanos tells the time, such as {@link System#nanoTime}
   */
  UseClock(LongSupplier nanos) {
    this.nanos = nanos;
  }

  synchronized void enter() {
    if (users++ == 0) {
      since = nanos.getAsLong();
    }
  }

  synchronized void leave() {
    if (--users == 0) {
      before += nanos.getAsLong() - since;
    }
  }

  /** The time so far, in nanoseconds. */
  synchronized long total() {
    return before + (users > 0 ? nanos.getAsLong() - since : 0);
  }
}
