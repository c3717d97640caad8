package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.ModelSpec;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class TaskDeviceTest {

  private static final VisibleGpus ALL = new VisibleGpus(null);

  private static Map<String, ResourceInformation> gpu(String... addresses) {
    return Map.of("gpu", new ResourceInformation("gpu", addresses));
  }

  @Test
  void aTaskTakesTheGpuThatSparkAssigned() {
    assertThat(TaskDevice.device(gpu("3"), "yarn", ALL)).isEqualTo("gpu:3");
    assertThat(TaskDevice.device(gpu("2", "3"), "yarn", ALL)).isEqualTo("gpu:2");
  }

  @Test
  void anIsolatedGpuIsRenumbered() {
    assertThat(TaskDevice.device(gpu("3"), "yarn", new VisibleGpus("3"))).isEqualTo("gpu:0");
    assertThat(TaskDevice.device(gpu("GPU-8932f937"), "yarn", new VisibleGpus("GPU-8932f937-d72c")))
        .isEqualTo("gpu:0");
  }

  @Test
  void localModeTakesTheFirstGpu() {
    assertThat(TaskDevice.device(Map.of(), "local[2]", ALL)).isEqualTo("gpu:0");
  }

  @Test
  void aClusterThatAssignsNoneIsRefused() {
    assertThatThrownBy(() -> TaskDevice.device(Map.of(), "spark://host:7077", ALL))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Spark assigned this task none")
        .hasMessageContaining("spark.task.resource.gpu.amount");
    assertThatThrownBy(() -> TaskDevice.device(Map.of(), "local-cluster[2,1,1024]", ALL))
        .hasMessageContaining("assigned this task none");
  }

  private static SparkConf conf(String master, String... keysAndValues) {
    SparkConf conf = new SparkConf(false).set("spark.master", master);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      conf.set(keysAndValues[i], keysAndValues[i + 1]);
    }
    return conf;
  }

  @Test
  void aClusterThatWillAssignNoneIsRefusedBeforeWork() {
    ModelSpec gpu = ModelSpec.of("minilm").withDevice("gpu");
    String executors = "spark.executor.resource.gpu.amount";
    String tasks = "spark.task.resource.gpu.amount";
    for (SparkConf conf : List.of(conf("yarn"), conf("yarn", executors, "1"))) {
      assertThatThrownBy(() -> TaskDevice.requireAssignable(gpu, conf))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "device gpu was asked for, but Spark assigns tasks none: set "
                  + executors
                  + " and "
                  + tasks
                  + ", or spark.attention.stage-resources for the stages that run models alone, or"
                  + " use --device cpu");
    }
    TaskDevice.requireAssignable(gpu, conf("yarn", executors, "1", tasks, "0.25"));
    TaskDevice.requireAssignable(gpu, conf("yarn", "spark.attention.stage-resources", "gpu"));
    TaskDevice.requireAssignable(gpu, conf("local[2]"));
    TaskDevice.requireAssignable(ModelSpec.of("minilm"), conf("yarn"));
  }

  @Test
  void namedDevicesStay() {
    ModelSpec cpu = ModelSpec.of("minilm");
    assertThat(TaskDevice.resolve(cpu)).isEqualTo(cpu);
    assertThat(TaskDevice.resolve(cpu.withDevice("gpu:1")).device()).isEqualTo("gpu:1");
  }
}
