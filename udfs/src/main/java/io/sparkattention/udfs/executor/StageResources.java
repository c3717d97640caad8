package io.sparkattention.udfs.executor;

import io.sparkattention.registry.Settings;
import io.sparkattention.udfs.config.ConfigKey;
import io.sparkattention.udfs.config.OptionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * What the stages that run models ask for, and no other stage does: GPUs.
 *
 * @param amount GPUs of an executor that is started for such a stage
 * @param tasks how many tasks share a GPU, and with it one model
 * @param script finds the GPUs of an executor; empty for the cluster's own way
 * @param vendor of the GPUs, which Kubernetes asks for; empty for none
 */
record StageResources(int amount, int tasks, String script, String vendor) {

  static final ConfigKey<StageResources> KEY =
      new ConfigKey<>(
          "stage-resources",
          new OptionType<>("gpu[:amount=1,tasks=1,script=…,vendor=…]", StageResources::parse),
          "",
          "GPUs for [the inference stage alone](gpu.md#gpus-for-the-inference-stage-alone)");

  private static final Set<String> OPTIONS = Set.of("amount", "tasks", "script", "vendor");

  /**
   * What a configuration asks for.
   *
   * @throws IllegalArgumentException with every reason why it cannot be read
   */
  static Optional<StageResources> of(SparkConf conf) {
    return KEY.value(conf);
  }

  private static StageResources parse(String text) {
    Settings settings = Settings.parse(text);
    List<String> problems = new ArrayList<>();
    if (!settings.name().equals(TaskDevice.ANY_GPU)) {
      problems.add("the only resource is gpu");
    }
    Set<String> unknown = new TreeSet<>(settings.values().keySet());
    unknown.removeAll(OPTIONS);
    if (!unknown.isEmpty()) {
      problems.add(
          "unknown " + String.join(", ", unknown) + ": use " + String.join(", ", sorted(OPTIONS)));
    }
    int amount = number(settings, "amount", problems);
    int tasks = number(settings, "tasks", problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
    return new StageResources(
        amount,
        tasks,
        settings.values().getOrDefault("script", ""),
        settings.values().getOrDefault("vendor", ""));
  }

  private static Set<String> sorted(Set<String> names) {
    return new TreeSet<>(names);
  }

  private static int number(Settings settings, String name, List<String> problems) {
    String value = settings.values().getOrDefault(name, "1");
    if (!value.matches("[1-9]\\d{0,3}")) {
      problems.add(name + "=" + value + ": use a whole number from 1 on");
      return 1;
    }
    return Integer.parseInt(value);
  }

  /**
   * As Spark understands it. With dynamic allocation, executors with GPUs are started for the stage
   * and end after it; without, the executors that are there must have them.
   */
  ResourceProfile profile(SparkConf conf) {
    ResourceProfileBuilder builder =
        new ResourceProfileBuilder()
            .require(new TaskResourceRequests().resource(TaskDevice.ANY_GPU, 1.0 / tasks));
    if (conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      builder.require(
          new ExecutorResourceRequests().resource(TaskDevice.ANY_GPU, amount, script, vendor));
    }
    return builder.build();
  }
}
