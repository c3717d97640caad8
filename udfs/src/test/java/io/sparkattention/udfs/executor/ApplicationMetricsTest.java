package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.udfs.metrics.InferenceCounts;
import io.sparkattention.udfs.metrics.InferenceMetric;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class ApplicationMetricsTest {

  private final AtomicLong nanos = new AtomicLong();
  private final ApplicationMetrics application =
      new ApplicationMetrics(nanos::get, Duration.ofSeconds(30));

  private void report(String executor, long rows) {
    application.receive(
        new ExecutorReport(
            executor, new InferenceCounts(rows, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 2, 1_000)));
  }

  @Test
  void theLastReportOfEachExecutorCounts() {
    report("1", 10);
    report("2", 5);
    report("1", 12);
    assertThat(application.value(InferenceMetric.ROWS)).isEqualTo(17);
    assertThat(application.value(InferenceMetric.MODELS)).isEqualTo(2);
  }

  @Test
  void anExecutorThatIsGoneKeepsItsTotalsAlone() {
    report("1", 10);
    nanos.addAndGet(Duration.ofSeconds(31).toNanos());
    report("2", 5);
    assertThat(application.value(InferenceMetric.ROWS)).isEqualTo(15);
    assertThat(application.value(InferenceMetric.MODELS_LOADED)).isEqualTo(2);
    assertThat(application.value(InferenceMetric.MODELS)).isEqualTo(1);
    assertThat(application.value(InferenceMetric.DEVICE_BYTES)).isEqualTo(1_000);
  }

  @Test
  void theIntervalIsANumberOfSeconds() {
    SparkConf conf = new SparkConf(false);
    assertThat(ExecutorMetrics.interval(conf)).isEqualTo(Duration.ofSeconds(10));
    conf.set("spark.attention.metrics.seconds", "0");
    assertThatThrownBy(() -> ExecutorMetrics.interval(conf))
        .hasMessage("spark.attention.metrics.seconds=0: use a whole number from 1 to 2147483647");
  }
}
