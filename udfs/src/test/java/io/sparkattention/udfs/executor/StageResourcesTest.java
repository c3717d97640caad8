package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceProfile;
import org.junit.jupiter.api.Test;

class StageResourcesTest {

  private static SparkConf conf(String resources) {
    return new SparkConf(false).set("spark.attention.stage-resources", resources);
  }

  private static StageResources of(String resources) {
    return StageResources.of(conf(resources)).orElseThrow();
  }

  @Test
  void theKeyIsRead() {
    assertThat(StageResources.of(new SparkConf(false))).isEmpty();
    assertThat(of("gpu")).isEqualTo(new StageResources(1, 1, "", ""));
    assertThat(of("gpu:amount=2,tasks=4,script=/opt/gpus.sh,vendor=nvidia.com"))
        .isEqualTo(new StageResources(2, 4, "/opt/gpus.sh", "nvidia.com"));
  }

  @Test
  void whatIsWrongIsToldAtOnce() {
    assertThatThrownBy(() -> of("fpga:amount=0,task=4"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "spark.attention.stage-resources=fpga:amount=0,task=4: the only resource is gpu;"
                + " unknown task: use amount, script, tasks, vendor; amount=0: use a whole number"
                + " from 1 on");
  }

  @Test
  void tasksThatShareAGpuAskForAPartOfIt() {
    ResourceProfile profile = of("gpu:tasks=4").profile(new SparkConf(false));
    assertThat(profile.taskResourcesJMap().get("gpu").amount()).isEqualTo(0.25);
    assertThat(profile.executorResourcesJMap()).as("the executors that are there").isEmpty();
  }

  @Test
  void withDynamicAllocationExecutorsAreStartedForTheStage() {
    SparkConf dynamic = new SparkConf(false).set("spark.dynamicAllocation.enabled", "true");
    ResourceProfile profile =
        of("gpu:amount=2,script=/opt/gpus.sh,vendor=nvidia.com").profile(dynamic);
    assertThat(profile.taskResourcesJMap().get("gpu").amount()).isEqualTo(1);
    var request = profile.executorResourcesJMap().get("gpu");
    assertThat(List.of(request.amount(), request.discoveryScript(), request.vendor()))
        .isEqualTo(List.of(2L, "/opt/gpus.sh", "nvidia.com"));
  }
}
