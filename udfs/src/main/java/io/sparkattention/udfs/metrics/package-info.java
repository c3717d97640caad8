/**
 * What executors count while models run, and how Spark's metrics system hears of it.
 *
 * <p>{@link io.sparkattention.udfs.metrics.InferenceActivity} counts in each executor; its {@link
 * io.sparkattention.udfs.metrics.InferenceCounts} travel to the driver. The plugin (in {@code
 * executor}) registers every {@link io.sparkattention.udfs.metrics.InferenceMetric} on both sides.
 *
 * <p>To add a metric: count it in {@code InferenceActivity}, carry it in {@code InferenceCounts},
 * and name it in {@code InferenceMetric}; registry, Prometheus and docs find it there.
 */
package io.sparkattention.udfs.metrics;
