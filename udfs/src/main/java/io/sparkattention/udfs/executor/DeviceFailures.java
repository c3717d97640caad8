package io.sparkattention.udfs.executor;

import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which inputs were being computed when a device failed. The driver remembers them for as long as
 * the application runs, since executors do not survive to do so. Thread-safe.
 */
final class DeviceFailures {

  /**
   * What an executor tells the driver before it ends.
   *
   * @param inputs the keys of what was being computed
   */
  record Failed(List<Long> inputs) implements Serializable {
    Failed {
      inputs = List.copyOf(inputs);
    }
  }

  /** Asks how often the device failed at which inputs; the answer is a map by key. */
  record Asked() implements Serializable {}

  private final Map<Long, Integer> failures = new HashMap<>();

  /** Answers a message; null to one that is not about devices. */
  synchronized Object receive(Object message) {
    if (message instanceof Failed failed) {
      failed.inputs().forEach(input -> failures.merge(input, 1, Integer::sum));
      return new HashMap<>();
    }
    return message instanceof Asked ? new HashMap<>(failures) : null;
  }
}
