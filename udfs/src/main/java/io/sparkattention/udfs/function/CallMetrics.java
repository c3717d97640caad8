package io.sparkattention.udfs.function;

import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.collection.immutable.Map;

/**
 * What the SQL tab of Spark's UI shows of calls.
 *
 * @param rows that were put out
 * @param batches windows of rows that were given to a computation, counted by call
 * @param errors results that have an error in place of a value
 * @param nanoseconds in computations
 */
record CallMetrics(SQLMetric rows, SQLMetric batches, SQLMetric errors, SQLMetric nanoseconds)
    implements Serializable {

  static CallMetrics of(SparkContext context) {
    return new CallMetrics(
        SQLMetrics.createMetric(context, "number of output rows"),
        SQLMetrics.createMetric(context, "number of batches"),
        SQLMetrics.createMetric(context, "number of errors"),
        SQLMetrics.createNanoTimingMetric(context, "time in batches", -1L));
  }

  Map<String, SQLMetric> byName() {
    return ScalaCollections.map(
        java.util.Map.of(
            "numOutputRows", rows,
            "numBatches", batches,
            "numErrors", errors,
            "batchTime", nanoseconds));
  }
}
