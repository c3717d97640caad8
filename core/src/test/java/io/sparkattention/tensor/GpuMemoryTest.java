package io.sparkattention.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GpuMemoryTest {

  @Test
  void whatIsKeptForNothingCountsAsFree() {
    AtomicLong kept = new AtomicLong(30);
    GpuMemory memory = new GpuMemory(() -> kept.set(0), device -> 50 - kept.get());
    assertThat(memory.freeBytes(Device.gpu())).hasValue(50);
  }

  @Test
  void devicesThatTellNothingHaveNoNumber() {
    GpuMemory silent =
        new GpuMemory(
            () -> {},
            device -> {
              throw new UnsatisfiedLinkError("no CUDA runtime");
            });
    assertThat(silent.freeBytes(Device.gpu())).isEmpty();
  }
}
