package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.model.DeviceFailedError;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeviceGuardTest {

  @Test
  @SuppressWarnings("unchecked")
  void theDriverCountsFailuresByInput() {
    DeviceFailures driver = new DeviceFailures();
    long first = DeviceGuard.key("first");
    long second = DeviceGuard.key("second");
    assertThat(driver.receive("something else")).isNull();
    driver.receive(new DeviceFailures.Failed(List.of(first, second)));
    driver.receive(new DeviceFailures.Failed(List.of(first)));
    Map<Long, Integer> answer = (Map<Long, Integer>) driver.receive(new DeviceFailures.Asked());
    assertThat(answer).containsOnly(Map.entry(first, 2), Map.entry(second, 1));
    DeviceGuard guard = new DeviceGuard(answer, () -> {});
    assertThat(guard.failures("first")).isEqualTo(2);
    assertThat(guard.failures("third")).isZero();
  }

  @Test
  void aFailureEndsTheProcess() {
    AtomicInteger ends = new AtomicInteger();
    DeviceGuard guard = new DeviceGuard(Map.of(), ends::incrementAndGet);
    assertThat(guard.suspects()).isFalse();
    guard.failed(List.of("first"), new DeviceFailedError("gpu(0) failed", null));
    assertThat(ends).hasValue(1);
  }
}
