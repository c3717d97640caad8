package io.sparkattention.udfs.ml

import io.sparkattention.udfs.SharedSparkSession
import org.apache.spark.ml.Pipeline
import org.apache.spark.ml.feature.SQLTransformer
import org.scalatest.funsuite.AnyFunSuite

/** Pipelines as Scala writes them. */
class PipelineSuite extends AnyFunSuite with SharedSparkSession {

  import spark.implicits._

  private lazy val candidates = Seq(
    ("cat", "Where is the young cat?", "A kitten is napping on the couch."),
    ("tax", "Where is the young cat?", "Parliament raised the tax on steel."),
    ("none", "Where is the young cat?", "")
  ).toDF("id", "query", "text")

  test("rows without a score are left out by a stage") {
    val pipeline = new Pipeline().setStages(Array(
      new PassageScorer().setOptions(Map("strategy" -> "bi-encoder", "max-tokens" -> "128")),
      new SQLTransformer().setStatement(
        "SELECT id, relevance.score FROM __THIS__ WHERE relevance.error IS NULL")))
    val scores = pipeline.fit(candidates).transform(candidates)

    assert(scores.orderBy($"score".desc).select("id").as[String].collect() === Array("cat", "tax"))
  }
}
