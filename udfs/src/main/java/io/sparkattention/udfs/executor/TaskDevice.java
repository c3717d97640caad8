package io.sparkattention.udfs.executor;

import io.sparkattention.model.ModelSpec;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The device of a task: the one that Spark assigned where a GPU was asked for, else the CPU. */
public final class TaskDevice {

  private static final String ANY_GPU = "gpu";

  private TaskDevice() {}

  /**
   * The same spec with the device that this task may use. {@code gpu} becomes the GPU that Spark
   * assigned; in local mode, where Spark assigns none, it is the first one. Other devices stay.
   *
   * @throws IllegalArgumentException if a GPU was asked for and a cluster assigned none
   */
  public static ModelSpec resolve(ModelSpec spec) {
    if (!ANY_GPU.equals(spec.device())) {
      return spec;
    }
    TaskContext task = TaskContext.get();
    Map<String, ResourceInformation> resources = task == null ? Map.of() : task.resourcesJMap();
    SparkEnv env = SparkEnv.get();
    String master = env == null ? "local" : env.conf().get("spark.master", "local");
    return spec.withDevice(device(resources, master));
  }

  static String device(Map<String, ResourceInformation> resources, String master) {
    ResourceInformation gpus = resources.get(ANY_GPU);
    if (gpus != null && gpus.addresses().length > 0) {
      return "gpu:" + gpus.addresses()[0];
    }
    if (master.startsWith("local[") || master.equals("local")) {
      return "gpu:0";
    }
    throw new IllegalArgumentException(
        "device gpu was asked for, but Spark assigned this task none: set"
            + " spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount, or use"
            + " --device cpu");
  }
}
