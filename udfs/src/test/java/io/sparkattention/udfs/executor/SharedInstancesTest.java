package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedInstancesTest {

  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private final SharedInstances<String, AutoCloseable> instances =
      new SharedInstances<>(
          key -> {
            events.add("make " + key);
            return () -> events.add("close " + key);
          });

  @Test
  void manyLeasesShareOneInstance() {
    Lease<AutoCloseable> first = instances.acquire("a");
    Lease<AutoCloseable> second = instances.acquire("a");
    assertThat(first.instance()).isSameAs(second.instance());
    assertThat(events).containsExactly("make a");
  }

  @Test
  void anUnusedInstanceStaysUntilAnotherIsMade() {
    instances.acquire("a").close();
    instances.acquire("a").close();
    assertThat(events).containsExactly("make a");
    instances.acquire("b");
    assertThat(events).containsExactly("make a", "close a", "make b");
  }

  @Test
  void anInstanceInUseIsNeverClosed() {
    Lease<AutoCloseable> used = instances.acquire("a");
    instances.acquire("b").close();
    instances.closeUnused();
    assertThat(events).containsExactly("make a", "make b", "close b");
    used.close();
    used.close();
    instances.closeUnused();
    assertThat(events).endsWith("close a").hasSize(4);
  }

  @Test
  void anEndedLeaseGivesNothing() {
    Lease<AutoCloseable> lease = instances.acquire("a");
    lease.close();
    assertThatThrownBy(lease::instance).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatCannotBeMadeIsTriedAgain() {
    List<String> tries = new ArrayList<>();
    SharedInstances<String, AutoCloseable> failing =
        new SharedInstances<>(
            key -> {
              tries.add(key);
              throw new IllegalArgumentException("broken");
            });
    assertThatThrownBy(() -> failing.acquire("a")).hasMessage("broken");
    assertThatThrownBy(() -> failing.acquire("a")).hasMessage("broken");
    assertThat(tries).hasSize(2);
  }

  /** Scala declares no checked exceptions, so any call into Spark may throw them. */
  @Test
  void aCheckedExceptionThatNobodyDeclaredEndsTheWait() {
    IOException checked = new IOException("gone");
    SharedInstances<String, AutoCloseable> failing =
        new SharedInstances<>(
            key -> SharedInstancesTest.<AutoCloseable, RuntimeException>undeclared(checked));
    assertThatThrownBy(() -> failing.acquire("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasCause(checked);
    assertThat(failing.instances()).isEmpty();
  }

  @SuppressWarnings("unchecked") // which hides the exception from the compiler
  private static <V, E extends Throwable> V undeclared(Exception e) throws E {
    throw (E) e;
  }

  @Test
  void manyThreadsMakeOneInstance() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<Void> use =
          () -> {
            try (Lease<AutoCloseable> lease = instances.acquire("a")) {
              assertThat(lease.instance()).isNotNull();
            }
            return null;
          };
      for (Future<Void> done : threads.invokeAll(Collections.nCopies(200, use))) {
        done.get();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(events).containsExactly("make a");
  }

  /** An instance that takes as long as a test wants. */
  private SharedInstances<String, AutoCloseable> slow(CountDownLatch begun, CountDownLatch go) {
    return new SharedInstances<>(
        key -> {
          begun.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          events.add("make " + key);
          return () -> events.add("close " + key);
        });
  }

  /** A task that is killed while it loads a model costs those that wait for it nothing. */
  @Test
  void whoIsInterruptedLeavesTheInstanceToOthers() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    SharedInstances<String, AutoCloseable> slow = slow(begun, go);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      AtomicReference<Thread> first = new AtomicReference<>();
      Future<Lease<AutoCloseable>> killed =
          threads.submit(
              () -> {
                first.set(Thread.currentThread());
                return slow.acquire("a");
              });
      begun.await();
      Future<Lease<AutoCloseable>> waits = threads.submit(() -> slow.acquire("a"));
      first.get().interrupt();
      assertThatThrownBy(killed::get).hasCauseInstanceOf(CancellationException.class);
      go.countDown();
      waits.get().close();
    } finally {
      threads.shutdown();
    }
    assertThat(events).containsExactly("make a");
    slow.closeUnused();
    assertThat(events).containsExactly("make a", "close a");
  }

  @Test
  void whatNobodyWaitsForAnyMoreIsClosedWithTheExecutor() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    SharedInstances<String, AutoCloseable> slow = slow(begun, go);
    Thread killed =
        new Thread(
            () ->
                assertThatThrownBy(() -> slow.acquire("a"))
                    .isInstanceOf(CancellationException.class));
    killed.start();
    begun.await();
    killed.interrupt();
    killed.join();
    slow.closeUnused(); // does not wait
    slow.retireAll();
    assertThat(events).isEmpty();
    go.countDown();
    while (events.size() < 2) {
      Thread.sleep(5);
    }
    assertThat(events).containsExactly("make a", "close a");
  }
}
