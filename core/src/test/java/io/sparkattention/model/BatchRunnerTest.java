package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.TokenBudget;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchRunnerTest {

  private final ExecutorService inference = Executors.newFixedThreadPool(2);
  private final FakeEncoder encoder = new FakeEncoder();

  /** An encoder of which only the owner is asked for. */
  private static final class FakeEncoder implements Encoder {
    final NDManager owner = TorchEngine.newManager(Device.cpu());

    @Override
    public EncoderConfig config() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int maxTokens() {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDManager owner() {
      return owner;
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch batch, List<AttentionProbe> probes) {
      throw new UnsupportedOperationException();
    }

    @Override
    public NDArray encode(NDManager scope, TokenBatch batch, int[] attendedTo) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<NDArray> hiddenStates(NDManager scope, TokenBatch batch) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      owner.close();
    }
  }

  @AfterEach
  void nothingIsLeft() throws InterruptedException {
    inference.shutdown();
    assertThat(inference.awaitTermination(10, TimeUnit.SECONDS)).as("pool ends").isTrue();
    assertThat(NativeArrays.count(encoder.owner)).as("open arrays").isZero();
    encoder.close();
  }

  private BatchRunner runner(int budget) {
    return new BatchRunner(encoder, TokenBudget.packed(budget), inference);
  }

  private static Tokens tokens(int length, int id) {
    int[] ids = new int[length];
    Arrays.fill(ids, id);
    return new Tokens(ids, new int[length], new int[length], new int[length]);
  }

  /** Each sequence's result is the id of its tokens. */
  private static List<Integer> ids(NDManager scope, TokenBatch batch, List<Tokens> sequences) {
    scope.create(batch.ids());
    return sequences.stream().map(each -> each.ids()[0]).toList();
  }

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
                          sleep(1);
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

  /** A device with room for some tokens. */
  private static BatchRunner.Forward<Integer> room(int tokens, List<Integer> batches) {
    return (scope, batch, sequences) -> {
      batches.add(batch.tokens());
      scope.create(batch.ids());
      if (batch.tokens() > tokens) {
        throw new EngineException("CUDA out of memory. Tried to allocate 2 GiB");
      }
      return ids(scope, batch, sequences);
    };
  }

  @Test
  void batchThatDoesNotFitIsHalvedAndTheCeilingRemembered() {
    BatchRunner runner = runner(64);
    List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    List<List<Integer>> results = runner.run(32, i -> List.of(tokens(4, i)), room(20, batches));
    assertThat(results).isEqualTo(IntStream.range(0, 32).mapToObj(List::of).toList());
    assertThat(batches).contains(64, 32, 16);
    batches.clear();
    runner.run(32, i -> List.of(tokens(4, i)), room(20, batches));
    assertThat(batches).as("with the ceiling known").containsOnly(16);
  }

  @Test
  void everyWordingOfOutOfMemoryIsKnown() {
    for (String message :
        List.of(
            "CUDA out of memory. Tried to allocate 20.00 MiB",
            "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
            "DefaultCPUAllocator: can't allocate memory: you tried to allocate 99 bytes.")) {
      List<List<Integer>> results =
          runner(64)
              .run(
                  4,
                  i -> List.of(tokens(4, i)),
                  (scope, batch, sequences) -> {
                    if (sequences.size() > 1) {
                      throw new EngineException(message);
                    }
                    return ids(scope, batch, sequences);
                  });
      assertThat(results).as(message).hasSize(4);
    }
  }

  @Test
  void singleSequenceThatDoesNotFitRaises() {
    List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    assertThatThrownBy(
            () -> runner(64).run(4, i -> List.of(tokens(i == 2 ? 50 : 4, i)), room(20, batches)))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith("a sequence of 50 tokens does not fit on cpu(): lower the longest")
        .hasMessageEndingWith("(CUDA out of memory. Tried to allocate 2 GiB)");
  }

  @Test
  void otherEngineErrorsAreNotRetried() {
    AtomicInteger calls = new AtomicInteger();
    assertThatThrownBy(
            () ->
                runner(64)
                    .run(
                        4,
                        i -> List.of(tokens(4, i)),
                        (scope, batch, sequences) -> {
                          calls.incrementAndGet();
                          throw new EngineException("device-side assert triggered");
                        }))
        .isInstanceOf(EngineException.class)
        .hasMessage("device-side assert triggered");
    assertThat(calls).hasValue(1);
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
                        5_000,
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
    caller.join(100);
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
