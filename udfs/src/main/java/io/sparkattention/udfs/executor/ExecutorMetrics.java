package io.sparkattention.udfs.executor;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.sparkattention.udfs.config.ConfigKey;
import io.sparkattention.udfs.config.OptionType;
import io.sparkattention.udfs.metrics.InferenceActivity;
import io.sparkattention.udfs.metrics.InferenceMetric;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics of one executor: {@code executor.rows} and its like. They are sent to the driver too,
 * since only the driver has Spark's Prometheus servlet.
 */
final class ExecutorMetrics implements ExecutorPlugin {

  static final ConfigKey<Integer> INTERVAL =
      new ConfigKey<>(
          "metrics.seconds",
          OptionType.wholeNumber(1),
          "10",
          "How often, in seconds, executors tell the driver their [metrics](metrics.md)");

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorMetrics.class);

  private final InferenceActivity activity = InferenceActivity.ofThisProcess();
  private ScheduledExecutorService clock;
  private PluginContext plugin;

  /**
   * The time between two reports.
   *
   * @throws IllegalArgumentException if it is not a positive whole number of seconds
   */
  static Duration interval(SparkConf conf) {
    return Duration.ofSeconds(
        INTERVAL.value(conf).orElseGet(() -> INTERVAL.parse(INTERVAL.byDefault())));
  }

  @Override
  public void init(PluginContext context, Map<String, String> extra) {
    plugin = context;
    DeviceGuard.connect(context);
    activity.deviceBytes(() -> DeviceMemory.bytes(ExecutorModels.devices()));
    for (InferenceMetric metric : InferenceMetric.values()) {
      context
          .metricRegistry()
          .register(
              MetricRegistry.name("executor", metric.label()),
              (Gauge<Double>) () -> metric.value(List.of(activity.counts())));
    }
    clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "spark-attention-metrics");
              thread.setDaemon(true);
              return thread;
            });
    long seconds = interval(context.conf()).toSeconds();
    clock.scheduleAtFixedRate(this::report, seconds, seconds, TimeUnit.SECONDS);
  }

  private void report() {
    try {
      plugin.send(new ExecutorReport(plugin.executorID(), activity.counts()));
    } catch (IOException | RuntimeException e) { // the driver may be gone, or not there yet
      LOG.debug("the driver did not hear of this executor's metrics", e);
    }
  }

  @Override
  public void shutdown() {
    clock.shutdown();
    report();
    DeviceGuard.connect(null);
    ExecutorModels.closeAll();
  }
}
