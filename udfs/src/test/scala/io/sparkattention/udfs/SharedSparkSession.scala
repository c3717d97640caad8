package io.sparkattention.udfs

import org.apache.spark.sql.SparkSession

/** Gives a suite the session that all tests of its module share. */
trait SharedSparkSession {
  protected lazy val spark: SparkSession = LocalSpark.session()
}
