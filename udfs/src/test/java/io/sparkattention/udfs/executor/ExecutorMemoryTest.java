package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ExecutorMemoryTest {

  private static SparkConf conf(String master) {
    return new SparkConf(false).set("spark.master", master).set("spark.executor.cores", "4");
  }

  private static long mib(SparkConf conf) {
    var room = ExecutorMemory.nativeRoom(conf).orElseThrow();
    assertThat(room.forwards()).isEqualTo(4);
    assertThat(room.remedy()).isEqualTo("spark.executor.memoryOverhead");
    return room.bytes() >> 20;
  }

  @Test
  void whoKillsExecutorsGivesThemRoom() {
    assertThat(mib(conf("yarn"))).isEqualTo(384);
    assertThat(mib(conf("yarn").set("spark.executor.memory", "20g"))).isEqualTo(2_048);
    SparkConf kubernetes = conf("k8s://https://host:443").set("spark.executor.memory", "10g");
    assertThat(mib(kubernetes.set("spark.executor.memoryOverheadFactor", "0.4"))).isEqualTo(4_096);
    assertThat(mib(kubernetes.set("spark.executor.memoryOverhead", "3g"))).isEqualTo(3_072);
    assertThat(mib(kubernetes.set("spark.executor.memoryOverhead", "900"))).isEqualTo(900);
  }

  @Test
  void othersDoNotWatch() {
    assertThat(ExecutorMemory.nativeRoom(conf("local[4]"))).isEmpty();
    assertThat(ExecutorMemory.nativeRoom(conf("spark://host:7077"))).isEmpty();
  }
}
