package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Recording needs a GPU and is checked there by {@code GenerationDeviceCheck}. */
class StepRecordingTest {

  @Test
  void withoutAGpuEveryStepRunsAsItIs() {
    assertThat(GraphRecorder.on(Device.cpu())).isEmpty();
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        StepRecording recording = new StepRecording()) {
      for (long token = 0; token < 10; token++) {
        NDArray tokens = scope.create(new long[] {token});
        NDArray result =
            recording.next(
                scope,
                "a kind",
                List.of("a cache"),
                tokens,
                manager -> tokens.mul(2),
                (manager, now) -> {
                  throw new AssertionError("nothing is recorded");
                });
        assertThat(result.toLongArray()).containsExactly(2 * token);
      }
    }
  }

  @Test
  void aRecordingIsOfTheArraysThatItHasRead() {
    FakeCuda cuda = new FakeCuda();
    GraphRecorder recorder = new GraphRecorder(Device.cpu(), cuda.libraries());
    Object first = new Object();
    Object second = new Object();
    try (NDManager scope = TorchEngine.newManager(Device.cpu());
        StepRecording recording = new StepRecording(device -> Optional.of(recorder))) {
      Steps steps = new Steps(scope, cuda, recording);
      for (long token = 0; token < 2; token++) {
        assertThat(steps.next(first, token)).isEqualTo(2 * token);
      }
      assertThat(cuda.recordings()).isZero();
      for (long token = 5; token < 9; token++) {
        assertThat(steps.next(first, token)).isEqualTo(2 * token);
      }
      assertThat(cuda.recordings()).isOne();
      assertThat(cuda.launches).isEqualTo(4);
      assertThat(steps.next(second, 3)).as("over another cache").isEqualTo(6);
      assertThat(cuda.recordings()).isZero();
      steps.next(second, 4);
      assertThat(steps.next(second, 7)).isEqualTo(14);
      assertThat(cuda.recordings()).isOne();
      assertThat(steps.next(second, 1, 2)).as("of more rows").isEqualTo(2);
      assertThat(cuda.recordings()).isZero();
      assertThat(cuda.launches).isEqualTo(5);
      steps.next(second, 1, 2);
      steps.next(second, 8, 2);
      assertThat(cuda.launches).isEqualTo(6);
    }
    assertThat(cuda.recordings()).as("after the texts").isZero();
    assertThat(cuda.destroyed).hasSize(3);
  }

  /** Steps that double the tokens they read. */
  private record Steps(NDManager scope, FakeCuda cuda, StepRecording recording) {

    long next(Object cache, long... tokens) {
      NDArray now = scope.create(tokens);
      NDArray result =
          recording.next(
              scope,
              "doubling",
              List.of(cache),
              now,
              manager -> now.mul(2),
              (manager, read) -> {
                NDArray doubled = read.mul(2);
                doubled.attach(manager);
                cuda.next = () -> read.mul(2).copyTo(doubled);
                return doubled;
              });
      return result.toLongArray()[0];
    }
  }

  @Test
  void aProcessWithoutCudaHasNoLibrariesOfIt() {
    TorchEngine.engine(); // loads what there is
    assertThat(CudaLibraries.loaded()).isEmpty();
  }
}
