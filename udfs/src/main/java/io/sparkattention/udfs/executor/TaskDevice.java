package io.sparkattention.udfs.executor;

import io.sparkattention.model.ModelSpec;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/** The device of a task: the one that Spark assigned where a GPU was asked for, else the CPU. */
public final class TaskDevice {

  static final String ANY_GPU = "gpu";

  private static final String EXECUTOR_GPUS = "spark.executor.resource.gpu.amount";
  private static final String TASK_GPUS = "spark.task.resource.gpu.amount";

  private TaskDevice() {}

  /**
   * The same spec with the device that this task may use. {@code gpu} becomes the GPU that Spark
   * assigned, by the number that CUDA gives it in this process; in local mode, where Spark assigns
   * none, it is the first one. Other devices stay. Tasks to which Spark assigned the same GPU
   * ({@code spark.task.resource.gpu.amount} below 1) get equal specs.
   *
   * @throws IllegalArgumentException if a GPU was asked for and a cluster assigned none, or one
   *     that this process cannot see
   */
  public static ModelSpec resolve(ModelSpec spec) {
    if (!ANY_GPU.equals(spec.device())) {
      return spec;
    }
    TaskContext task = TaskContext.get();
    Map<String, ResourceInformation> resources = task == null ? Map.of() : task.resourcesJMap();
    SparkEnv env = SparkEnv.get();
    String master = env == null ? "local" : env.conf().get("spark.master", "local");
    return spec.withDevice(device(resources, master, VisibleGpus.ofThisProcess()));
  }

  static String device(
      Map<String, ResourceInformation> resources, String master, VisibleGpus visible) {
    ResourceInformation gpus = resources.get(ANY_GPU);
    if (gpus != null && gpus.addresses().length > 0) {
      return "gpu:" + visible.index(gpus.addresses()[0]);
    }
    if (isLocal(master)) {
      return "gpu:0";
    }
    throw new IllegalArgumentException(
        "device gpu was asked for, but Spark assigned this task none: " + remedy());
  }

  /**
   * Checks, before any task runs, that Spark will assign GPUs where they are asked for.
   *
   * @throws IllegalArgumentException if it will not
   */
  public static void requireAssignable(ModelSpec spec, SparkConf conf) {
    boolean assigned =
        conf.contains(EXECUTOR_GPUS) && conf.contains(TASK_GPUS)
            || StageResources.of(conf).isPresent();
    if (ANY_GPU.equals(spec.device()) && !isLocal(conf.get("spark.master", "local")) && !assigned) {
      throw new IllegalArgumentException(
          "device gpu was asked for, but Spark assigns tasks none: " + remedy());
    }
  }

  public static boolean isLocal(String master) {
    return master.startsWith("local[") || master.equals("local");
  }

  private static String remedy() {
    return "set "
        + EXECUTOR_GPUS
        + " and "
        + TASK_GPUS
        + ", or "
        + StageResources.KEY.key()
        + " for the stages that run models alone, or use --device cpu";
  }
}
