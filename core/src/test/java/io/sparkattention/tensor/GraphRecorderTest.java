package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What recordings hold of a device's memory. */
class GraphRecorderTest {

  private static final long ROOM = 1L << 40;
  private static final Function<NDManager, NDArray> CALL = manager -> manager.create(1f);

  private final FakeCuda cuda = new FakeCuda();
  private final GraphRecorder recorder = new GraphRecorder(Device.cpu(), cuda.libraries());

  /** Tells the free memory before and after calls, of which some take more than the arena has. */
  private void takes(int arenas) {
    cuda.free.clear();
    for (int i = 0; i < arenas; i++) {
      cuda.free.addAll(List.of(ROOM, ROOM - 1));
    }
    cuda.free.add(ROOM);
  }

  @Test
  void arenasThatDoNotFitAreGivenBack() {
    takes(2);
    Optional<StepRecorder.Recorded> recorded = recorder.record("large", CALL);
    assertThat(recorded).isPresent();
    assertThat(cuda.streams).as("of the third arena alone").hasSize(1);
    recorded.get().close();
    assertThat(cuda.streams).as("it stays for what is recorded next").hasSize(1);
  }

  @Test
  void anArenaStaysAsLongAsARecordingUsesIt() {
    StepRecorder.Recorded small = recorder.record("small", CALL).get();
    takes(1);
    StepRecorder.Recorded large = recorder.record("large", CALL).get();
    assertThat(cuda.streams).hasSize(2);
    small.close();
    assertThat(cuda.streams).hasSize(1);
    large.close();
    assertThat(cuda.streams).hasSize(1);
  }

  @Test
  void whatFitsIntoNoArenaLeavesNone() {
    takes(9);
    assertThat(recorder.record("huge", CALL)).isEmpty();
    assertThat(cuda.streams).isEmpty();
    takes(0);
    assertThat(recorder.record("huge", CALL)).as("nobody tries again").isEmpty();
    assertThat(recorder.record("small", CALL)).isPresent();
    assertThat(cuda.streams).hasSize(1);
  }

  @Test
  void callsThatFailLeaveNoArena() {
    int[] calls = new int[1];
    Function<NDManager, NDArray> failing =
        manager -> {
          if (++calls[0] > 1) {
            throw new IllegalStateException("not while it is recorded");
          }
          return manager.create(1f);
        };
    assertThat(recorder.record("failing", failing)).isEmpty();
    assertThat(calls[0]).isEqualTo(2);
    assertThat(cuda.streams).isEmpty();
  }
}
