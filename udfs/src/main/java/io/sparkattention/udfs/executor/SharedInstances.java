package io.sparkattention.udfs.executor;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Costly instances that many threads share: made on first use, leased, and kept while unused until
 * another instance needs the room. Thread-safe; while one is made, others can be leased. Each is
 * made on a thread of its own: who asked first may be interrupted, and others may wait for it too.
 *
 * @param <K> what an instance is made from
 * @param <V> the instances
 */
final class SharedInstances<K, V extends AutoCloseable> {

  private static final Logger LOG = LoggerFactory.getLogger(SharedInstances.class);

  /** One instance, made or in the making, and how many leases it has. */
  private static final class Counted<V> {
    private final CompletableFuture<V> instance = new CompletableFuture<>();
    private int leases;
    private boolean retired;

    private boolean made() {
      return instance.isDone() && !instance.isCompletedExceptionally();
    }
  }

  private final Function<K, V> maker;
  private final Map<K, Counted<V>> instances = new HashMap<>();

  SharedInstances(Function<K, V> maker) {
    this.maker = maker;
  }

  /**
   * Leases the instance of a key; makes it if there is none, after closing those that are unused.
   *
   * @throws RuntimeException what the maker throws, to all who waited for it; the next call tries
   *     again
   * @throws CancellationException if this thread is interrupted while the instance is made, which
   *     goes on
   */
  Lease<V> acquire(K key) {
    Counted<V> counted;
    boolean missing;
    synchronized (this) {
      missing = !instances.containsKey(key);
      if (missing) {
        closeUnused();
        instances.put(key, new Counted<>());
      }
      counted = instances.get(key);
      counted.leases++;
    }
    if (missing) {
      load(key, counted);
    }
    try {
      return new Lease<>(made(counted), () -> release(key, counted));
    } catch (RuntimeException | Error e) {
      release(key, counted);
      throw e;
    }
  }

  private void load(K key, Counted<V> counted) {
    try {
      Thread loader = new Thread(() -> make(key, counted), "spark-attention-loader");
      loader.setDaemon(true);
      loader.start();
    } catch (RuntimeException | Error e) { // the system gives no more threads
      fail(key, counted, e);
    }
  }

  /** Makes an instance; one that cannot be made is forgotten. */
  private void make(K key, Counted<V> counted) {
    try {
      V instance = maker.apply(key);
      synchronized (this) {
        counted.instance.complete(instance);
        closeIfRetired(key, counted);
      }
    } catch (Throwable e) { // Scala throws checked exceptions that nobody declares
      fail(key, counted, e);
    }
  }

  private void fail(K key, Counted<V> counted, Throwable problem) {
    LOG.debug("{} could not be made", key, problem); // who asked for it may be gone
    synchronized (this) {
      instances.remove(key, counted);
    }
    counted.instance.completeExceptionally(problem);
  }

  private static <V> V made(Counted<V> counted) {
    try {
      return counted.instance.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while the model was loaded");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      if (e.getCause() instanceof RuntimeException problem) {
        throw problem;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private synchronized void release(K key, Counted<V> counted) {
    counted.leases--;
    closeIfRetired(key, counted);
  }

  private void closeIfRetired(K key, Counted<V> counted) {
    if (counted.retired && counted.leases == 0 && counted.made()) {
      close(key, counted);
    }
  }

  /** Those that are made, leased or not. */
  synchronized List<V> instances() {
    return instances.values().stream()
        .filter(Counted::made)
        .map(counted -> counted.instance.join())
        .toList();
  }

  /** Closes every instance that is made and not leased. */
  synchronized void closeUnused() {
    Iterator<Map.Entry<K, Counted<V>>> all = instances.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<K, Counted<V>> entry = all.next();
      if (entry.getValue().leases == 0 && entry.getValue().made()) {
        all.remove();
        close(entry.getKey(), entry.getValue());
      }
    }
  }

  /**
   * Closes every instance: those that are leased when their last lease ends, those in the making
   * when they are made.
   */
  synchronized void retireAll() {
    closeUnused();
    instances.values().forEach(counted -> counted.retired = true);
    instances.clear();
  }

  private void close(K key, Counted<V> counted) {
    try {
      counted.instance.join().close();
    } catch (Exception e) {
      LOG.warn("{} could not be closed; its memory may be lost until the process ends", key, e);
    }
  }
}
