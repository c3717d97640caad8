package io.sparkattention.udfs.executor;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sparkattention.udfs.metrics.InferenceCounts;
import io.sparkattention.udfs.metrics.InferenceMetric;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;

/**
 * The metrics of all executors together, in the driver: {@code application.rows} and its like.
 * Totals keep what executors counted that are gone. Remembers at which inputs devices failed, too.
 */
final class ApplicationMetrics implements DriverPlugin {

  /** After so many reports that did not come, an executor is taken to be gone. */
  private static final int MISSED_REPORTS = 3;

  private record Heard(InferenceCounts counts, long atNanos) {}

  private final Map<String, Heard> executors = new ConcurrentHashMap<>();
  private final DeviceFailures deviceFailures = new DeviceFailures();
  private final LongSupplier nanos;
  private Duration patience;

  ApplicationMetrics() {
    this(System::nanoTime, Duration.ofDays(1));
  }

  /**
   * @param nanos tells the time
   * @param patience how long an executor may be silent
   */
  ApplicationMetrics(LongSupplier nanos, Duration patience) {
    this.nanos = nanos;
    this.patience = patience;
  }

  @Override
  public Map<String, String> init(SparkContext context, PluginContext plugin) {
    patience = ExecutorMetrics.interval(plugin.conf()).multipliedBy(MISSED_REPORTS);
    return Map.of();
  }

  @Override
  public void registerMetrics(String application, PluginContext plugin) {
    for (InferenceMetric metric : InferenceMetric.values()) {
      plugin
          .metricRegistry()
          .register(
              MetricRegistry.name("application", metric.label()),
              (Gauge<Double>) () -> value(metric));
    }
  }

  @Override
  public Object receive(Object message) {
    if (message instanceof ExecutorReport report) {
      executors.put(report.executor(), new Heard(report.counts(), nanos.getAsLong()));
    }
    return deviceFailures.receive(message);
  }

  /** A metric over the executors that it speaks of. */
  double value(InferenceMetric metric) {
    long now = nanos.getAsLong();
    Collection<InferenceCounts> counts =
        executors.values().stream()
            .filter(
                heard ->
                    metric.of() != InferenceMetric.Of.MOMENT
                        || now - heard.atNanos <= patience.toNanos())
            .map(Heard::counts)
            .toList();
    return metric.value(counts);
  }
}
