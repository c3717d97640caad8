package io.sparkattention.udfs.executor;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Costly instances that many threads share: made on first use, leased, and kept while unused until
 * another instance needs the room. Thread-safe; instances are made one at a time.
 *
 * @param <K> what an instance is made from
 * @param <V> the instances
 */
final class SharedInstances<K, V extends AutoCloseable> {

  private static final Logger LOG = LoggerFactory.getLogger(SharedInstances.class);

  private static final class Counted<V> {
    private final V instance;
    private int leases;

    private Counted(V instance) {
      this.instance = instance;
    }
  }

  private final Function<K, V> maker;
  private final Map<K, Counted<V>> instances = new HashMap<>();

  SharedInstances(Function<K, V> maker) {
    this.maker = maker;
  }

  /**
   * Leases the instance of a key; makes it if there is none, after closing those that are unused.
   */
  synchronized Lease<V> acquire(K key) {
    Counted<V> counted = instances.get(key);
    if (counted == null) {
      closeUnused();
      counted = new Counted<>(maker.apply(key));
      instances.put(key, counted);
    }
    counted.leases++;
    Counted<V> leased = counted;
    return new Lease<>(leased.instance, () -> release(leased));
  }

  private synchronized void release(Counted<V> counted) {
    counted.leases--;
  }

  /** Closes every instance that is not leased. */
  synchronized void closeUnused() {
    Iterator<Map.Entry<K, Counted<V>>> all = instances.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<K, Counted<V>> entry = all.next();
      if (entry.getValue().leases == 0) {
        all.remove();
        close(entry.getKey(), entry.getValue().instance);
      }
    }
  }

  private void close(K key, V instance) {
    try {
      instance.close();
    } catch (Exception e) {
      LOG.warn("{} could not be closed; its memory may be lost until the process ends", key, e);
    }
  }
}
