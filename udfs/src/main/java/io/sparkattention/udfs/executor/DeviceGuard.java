package io.sparkattention.udfs.executor;

import io.sparkattention.model.DeviceFailedError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.sql.catalyst.expressions.XXH64;
import org.apache.spark.unsafe.Platform;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a task knows of inputs at which a device failed in executors before this one, and what it
 * does when that happens again: after an error of CUDA nothing runs any more, so the executor ends
 * and Spark starts another. Only {@link SparkAttentionPlugin} makes the driver remember.
 */
public final class DeviceGuard {

  /** How often the device may fail at an input before the input is left out. */
  public static final int MOST_FAILURES = 2;

  private static final Logger LOG = LoggerFactory.getLogger(DeviceGuard.class);
  private static final int EXIT_CODE = 75;
  private static final String DRIVER = "driver";
  private static final ReadWriteLock DEVICES = new ReentrantReadWriteLock(true);
  private static volatile PluginContext driver;

  private final Map<Long, Integer> failures;
  private final Runnable end;

  /**
   * @param failures how often the device failed at inputs, by their keys
   * @param end ends this process
   */
  DeviceGuard(Map<Long, Integer> failures, Runnable end) {
    this.failures = Map.copyOf(failures);
    this.end = end;
  }

  /** Lets tasks of this process speak to the driver. */
  static void connect(PluginContext plugin) {
    driver = plugin;
  }

  /**
   * The guard of a task, which asks the driver if the task was tried before.
   *
   * @param task null outside of one
   */
  public static DeviceGuard of(TaskContext task) {
    boolean again = task != null && (task.attemptNumber() > 0 || task.stageAttemptNumber() > 0);
    return new DeviceGuard(again ? asked() : Map.of(), DeviceGuard::endExecutor);
  }

  @SuppressWarnings("unchecked") // what DeviceFailures answers
  private static Map<Long, Integer> asked() {
    Object answer = tell(new DeviceFailures.Asked());
    return answer == null ? Map.of() : (Map<Long, Integer>) answer;
  }

  private static Object tell(Object message) {
    PluginContext plugin = driver;
    if (plugin == null) {
      return null;
    }
    try {
      return plugin.ask(message);
    } catch (Exception e) { // Spark throws what its methods do not declare
      LOG.warn("the driver did not answer {}", message.getClass().getSimpleName(), e);
      return null;
    }
  }

  /** How often the device failed while an input was computed, by itself or among others. */
  public int failures(String input) {
    return failures.isEmpty() ? 0 : failures.getOrDefault(key(input), 0);
  }

  /** Held while inputs are computed that are under no suspicion, beside other tasks. */
  public Lock besideOthers() {
    return DEVICES.readLock();
  }

  /** Held while a suspect is computed: nothing else runs in this process that could be to blame. */
  public Lock alone() {
    return DEVICES.writeLock();
  }

  /** Whether the device failed at any input. */
  public boolean suspects() {
    return !failures.isEmpty();
  }

  /** The device failed: tells the driver, and ends this process unless the driver runs in it. */
  public void failed(List<String> inputs, DeviceFailedError error) {
    LOG.error("the device failed while {} inputs were computed", inputs.size(), error);
    tell(new DeviceFailures.Failed(inputs.stream().map(DeviceGuard::key).toList()));
    end.run();
  }

  /** The same key in every process. */
  static long key(String input) {
    byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
    return XXH64.hashUnsafeBytes(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length, 42);
  }

  private static void endExecutor() {
    if (SparkEnv.get() != null && !SparkEnv.get().executorId().equals(DRIVER)) {
      Runtime.getRuntime().halt(EXIT_CODE); // hooks would wait for a device that answers no more
    }
  }
}
