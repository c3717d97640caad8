package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.ModelSpec;
import java.util.Map;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class TaskDeviceTest {

  @Test
  void aTaskTakesTheGpuThatSparkAssigned() {
    var gpu = new ResourceInformation("gpu", new String[] {"3"});
    assertThat(TaskDevice.device(Map.of("gpu", gpu), "yarn")).isEqualTo("gpu:3");
  }

  @Test
  void localModeTakesTheFirstGpu() {
    assertThat(TaskDevice.device(Map.of(), "local[2]")).isEqualTo("gpu:0");
  }

  @Test
  void aClusterThatAssignsNoneIsRefused() {
    assertThatThrownBy(() -> TaskDevice.device(Map.of(), "spark://host:7077"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Spark assigned this task none")
        .hasMessageContaining("spark.task.resource.gpu.amount");
    assertThatThrownBy(() -> TaskDevice.device(Map.of(), "local-cluster[2,1,1024]"))
        .hasMessageContaining("assigned this task none");
  }

  @Test
  void namedDevicesStay() {
    ModelSpec cpu = ModelSpec.of("minilm");
    assertThat(TaskDevice.resolve(cpu)).isEqualTo(cpu);
    assertThat(TaskDevice.resolve(cpu.withDevice("gpu:1")).device()).isEqualTo("gpu:1");
  }
}
