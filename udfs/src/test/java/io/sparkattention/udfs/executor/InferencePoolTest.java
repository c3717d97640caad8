package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class InferencePoolTest {

  private static SparkConf conf(String... keysAndValues) {
    SparkConf conf = new SparkConf(false);
    for (int i = 0; i < keysAndValues.length; i += 2) {
      conf.set(keysAndValues[i], keysAndValues[i + 1]);
    }
    return conf;
  }

  @Test
  void thereIsOneThreadForEachTask() {
    assertThat(InferencePool.threads(conf("spark.master", "local[3]"))).isEqualTo(3);
    assertThat(InferencePool.threads(conf("spark.master", "local[3,2]"))).isEqualTo(3);
    assertThat(InferencePool.threads(conf("spark.master", "local"))).isEqualTo(1);
    assertThat(
            InferencePool.threads(
                conf("spark.master", "yarn", "spark.executor.cores", "8", "spark.task.cpus", "2")))
        .isEqualTo(4);
  }

  @Test
  void aGpuNeedsNoMoreThanTwo() {
    String gpus = "spark.executor.resource.gpu.amount";
    SparkConf conf = conf("spark.master", "yarn", "spark.executor.cores", "16", gpus, "1");
    assertThat(InferencePool.threads(conf)).isEqualTo(2);
    assertThat(InferencePool.threads(conf.set("spark.executor.cores", "1"))).isEqualTo(1);
  }

  @Test
  void theKeyDecides() {
    String key = InferencePool.THREADS.key();
    assertThat(InferencePool.threads(conf("spark.master", "local[3]", key, "1"))).isEqualTo(1);
    assertThatThrownBy(() -> InferencePool.threads(conf(key, "0")))
        .hasMessage("spark.attention.inference.threads=0: use a whole number from 1 to 2147483647");
  }
}
