package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of batches for which a device has no room. */
class BatchRunnerMemoryTest extends BatchRunnerFixture {

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
    assertThat(told).contains("no room for 64", "no room for 32", "read 16");
    assertThat(told.stream().filter("read 16"::equals)).as("batches that were read").hasSize(8);
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

  private void assertNotRetried(String message, Class<? extends Throwable> type) {
    AtomicInteger calls = new AtomicInteger();
    assertThatThrownBy(
            () ->
                runner(64)
                    .run(
                        4,
                        i -> List.of(tokens(4, i)),
                        (scope, batch, sequences) -> {
                          calls.incrementAndGet();
                          throw new EngineException(message);
                        }))
        .isInstanceOf(type)
        .hasMessageEndingWith(message);
    assertThat(calls).as(message).hasValue(1);
  }

  @Test
  void otherEngineErrorsAreNotRetried() {
    assertNotRetried("shapes do not fit", EngineException.class);
    assertThat(told).isEmpty();
  }

  @Test
  void failureOfTheDeviceIsNoErrorOfARow() {
    for (String message :
        List.of(
            "CUDA error: device-side assert triggered",
            "CUDA error: an illegal memory access was encountered",
            "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm(handle)`",
            "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED")) {
      assertNotRetried(message, DeviceFailedError.class);
    }
  }
}
