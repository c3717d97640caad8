package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Order, failure and interruption of batches. */
class BatchRunnerTest extends BatchRunnerFixture {

  @Test
  void resultsAreInTheOrderOfItems() {
    long seed = 7;
    Random random = new Random(seed);
    int items = 5_000; // more than two windows
    int[] counts = random.ints(items, 1, 4).toArray();
    int[] lengths = random.ints(items, 1, 30).toArray();
    List<Integer> asked = new ArrayList<>();
    List<List<Integer>> results =
        runner(200)
            .run(
                items,
                i -> {
                  asked.add(i);
                  return IntStream.range(0, counts[i])
                      .mapToObj(k -> tokens(lengths[i] + k, 10 * i + k))
                      .toList();
                },
                BatchRunnerTest::ids);
    assertThat(asked).isEqualTo(IntStream.range(0, items).boxed().toList());
    assertThat(results).hasSize(items);
    for (int i = 0; i < items; i++) {
      int item = i;
      assertThat(results.get(i))
          .as("item %d, seed %d", i, seed)
          .isEqualTo(IntStream.range(0, counts[i]).mapToObj(k -> 10 * item + k).toList());
    }
    assertThat(runner(200).run(0, i -> List.of(), BatchRunnerTest::ids)).isEmpty();
  }

  @Test
  void failurePropagatesAndCancelsTheRest() {
    AtomicInteger begun = new AtomicInteger();
    assertThatThrownBy(
            () ->
                runner(1)
                    .run(
                        1_000,
                        i -> List.of(tokens(1, i)),
                        (scope, batch, sequences) -> {
                          begun.incrementAndGet();
                          if (sequences.get(0).ids()[0] == 0) {
                            throw new IllegalArgumentException("the first cannot be read");
                          }
                          sleep(5);
                          return ids(scope, batch, sequences);
                        }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the first cannot be read");
    assertThat(begun.get()).as("batches that ran").isLessThan(1_000);
    int after = begun.get();
    sleep(50);
    assertThat(begun.get()).as("batches that ran later").isEqualTo(after);
  }

  @Test
  void errorsAndMissingResultsPropagate() {
    assertThatThrownBy(
            () ->
                runner(10)
                    .run(
                        3,
                        i -> List.of(tokens(2, i)),
                        (scope, batch, sequences) -> {
                          throw new StackOverflowError("deep");
                        }))
        .isInstanceOf(StackOverflowError.class);
    assertThatThrownBy(
            () ->
                runner(10)
                    .run(3, i -> List.of(tokens(2, i)), (scope, batch, sequences) -> List.of(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("3 sequences were read, but 1 results came back");
  }

  @Test
  void textThatCannotBeTokenizedPropagates() {
    assertThatThrownBy(
            () ->
                runner(10)
                    .run(
                        3_000,
                        i -> {
                          if (i == 2_500) {
                            throw new IllegalArgumentException("item 2500");
                          }
                          return List.of(tokens(2, i));
                        },
                        BatchRunnerTest::ids))
        .hasMessage("item 2500");
  }

  @Test
  void interruptionWaitsForWhatRuns() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger total = new AtomicInteger();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Integer> insideAtReturn = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                runner(1)
                    .run(
                        200,
                        i -> List.of(tokens(1, i)),
                        (scope, batch, sequences) -> {
                          inside.incrementAndGet();
                          total.incrementAndGet();
                          begun.countDown();
                          await(release);
                          inside.decrementAndGet();
                          return ids(scope, batch, sequences);
                        });
              } catch (Throwable e) {
                thrown.set(e);
              }
              insideAtReturn.set(inside.get());
              flag.set(Thread.currentThread().isInterrupted());
            });
    caller.start();
    begun.await();
    caller.interrupt();
    awaitCancelled(((ThreadPoolExecutor) inference).getQueue());
    assertThat(caller.isAlive()).as("caller waits for the batches that run").isTrue();
    release.countDown();
    caller.join();
    assertThat(thrown.get()).isInstanceOf(CancellationException.class);
    assertThat(insideAtReturn.get()).as("batches that run at the return").isZero();
    assertThat(flag.get()).as("interrupt flag").isTrue();
    assertThat(total.get()).as("batches that began").isEqualTo(2);
  }

  @Test
  void poolThatIsShutDownRefuses() {
    inference.shutdown();
    assertThatThrownBy(() -> runner(10).run(2, i -> List.of(tokens(1, i)), BatchRunnerTest::ids))
        .isInstanceOf(RejectedExecutionException.class);
  }

  /** Until nothing waits that would still run. */
  private static void awaitCancelled(Collection<Runnable> waiting) {
    while (waiting.isEmpty()
        || !waiting.stream().allMatch(each -> ((Future<?>) each).isCancelled())) {
      sleep(1);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
