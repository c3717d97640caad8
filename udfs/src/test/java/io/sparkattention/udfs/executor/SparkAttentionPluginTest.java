package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.model.ModelSpec;
import io.sparkattention.udfs.LocalSpark;
import io.sparkattention.udfs.metrics.InferenceActivity;
import io.sparkattention.udfs.metrics.InferenceMetric;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The metrics as somebody sees them who watches an application. */
class SparkAttentionPluginTest {

  private final SparkSession spark = LocalSpark.session();

  private String prometheus() throws IOException, InterruptedException {
    URI address = URI.create(spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus/");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
        .body();
  }

  /** The value of a metric in the servlet's text. */
  private double value(String scope, InferenceMetric metric)
      throws IOException, InterruptedException {
    String name = (scope + "_" + metric.label()).replace('-', '_');
    return prometheus()
        .lines()
        .filter(line -> line.matches("metrics_\\w+SparkAttentionPlugin_" + name + "_Value\\{.*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name));
  }

  @Test
  @Timeout(60)
  void whatModelsDoIsSeenInTheRegistryAndByPrometheus() throws Exception {
    InferenceActivity activity = InferenceActivity.ofThisProcess();
    double before = value("executor", InferenceMetric.TOKENS);
    EmbeddedRows.embed(spark, ModelSpec.of(EmbeddedRows.MODEL), 50);
    for (InferenceMetric metric : InferenceMetric.values()) {
      assertThat(value("executor", metric)).as(metric.label()).isNotNegative();
    }
    assertThat(value("executor", InferenceMetric.TOKENS)).isGreaterThan(before + 100);
    assertThat(value("executor", InferenceMetric.ROW_ERRORS)).isPositive();
    assertThat(value("executor", InferenceMetric.TOKENS_PER_SECOND)).isPositive();
    assertThat(value("executor", InferenceMetric.BATCH_TOKENS)).isPositive();
    assertThat(value("executor", InferenceMetric.POOL_IDLE_SHARE)).isBetween(0.0, 1.0);
    assertThat(value("executor", InferenceMetric.DEVICE_BYTES)).isGreaterThan(1e7);
    double rows = activity.counts().rows();
    while (value("application", InferenceMetric.ROWS) < rows) {
      Thread.sleep(100); // the driver hears of it within a second
    }
    assertThat(value("application", InferenceMetric.TOKENS)).isPositive();
  }
}
