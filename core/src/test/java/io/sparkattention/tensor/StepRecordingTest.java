package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
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
  void aProcessWithoutCudaHasNoLibrariesOfIt() {
    TorchEngine.engine(); // loads what there is
    assertThat(CudaLibraries.loaded()).isEmpty();
  }
}
