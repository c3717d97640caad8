package io.sparkattention.udfs.executor;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Brings what models do into Spark's metrics system, and closes models with their executor. Set
 * {@code spark.plugins} to this class.
 */
public final class SparkAttentionPlugin implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new ApplicationMetrics();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorMetrics();
  }
}
