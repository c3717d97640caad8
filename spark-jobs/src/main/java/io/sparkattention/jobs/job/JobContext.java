package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.InputReader;
import io.sparkattention.udfs.batch.WindowLimits;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.work.WindowOptions;
import org.apache.spark.sql.SparkSession;

/** What a job plans with. */
public record JobContext(SparkSession spark, JobSettings settings) {

  /** Opens inputs. */
  public InputReader reader() {
    return new InputReader(spark);
  }

  /** How far partitions are read ahead. */
  public WindowLimits window() {
    return WindowOptions.limits(settings);
  }
}
