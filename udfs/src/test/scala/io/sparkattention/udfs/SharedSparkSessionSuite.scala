package io.sparkattention.udfs

import org.scalatest.funsuite.AnyFunSuite

class SharedSparkSessionSuite extends AnyFunSuite with SharedSparkSession {

  test("the session runs the Spark version that the build names") {
    assert(spark.version === System.getProperty("spark.version"))
  }

  test("every suite gets the same session, with two task slots") {
    assert(spark eq LocalSpark.session())
    assert(spark.sparkContext.defaultParallelism === 2)
  }

  test("rows pass through a shuffle and come back whole") {
    val rows = spark.range(0, 100, 1, 7).selectExpr("id % 3 AS k", "id").groupBy("k").sum("id")
    val sums = rows.collect().map(row => row.getLong(0) -> row.getLong(1)).toMap
    assert(sums === (0L until 100L).groupBy(_ % 3).map { case (k, ids) => k -> ids.sum })
  }
}
