package io.sparkattention.udfs.executor;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The right to use a shared instance until it is closed. Closing twice is the same as once.
 *
 * @param <V> what is leased
 */
public final class Lease<V> implements AutoCloseable {

  private final V instance;
  private final Runnable release;
  private final AtomicBoolean open = new AtomicBoolean(true);

  Lease(V instance, Runnable release) {
    this.instance = instance;
    this.release = release;
  }

  /** The instance. */
  public V instance() {
    if (!open.get()) {
      throw new IllegalStateException("this lease has ended: acquire a new one");
    }
    return instance;
  }

  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      release.run();
    }
  }
}
