package io.sparkattention.udfs.function

import java.nio.file.Files

import io.sparkattention.udfs.SharedSparkSession
import org.apache.spark.sql.functions._
import org.apache.spark.sql.streaming.Trigger
import org.scalatest.funsuite.AnyFunSuite

/** Datasets as Scala writes them. */
class SparkAttentionSuite extends AnyFunSuite with SharedSparkSession {

  import spark.implicits._

  private lazy val texts = Seq(
    "cat" -> "The cat sleeps on the sofa.",
    "kitten" -> "A kitten is napping on the couch.",
    "tax" -> "Parliament raised the tax on imported steel."
  ).toDF("id", "text")

  test("texts of one meaning have vectors that point the same way") {
    val vectors = SparkAttention
      .embed(texts, Map("role" -> "passage"))
      .select($"id", $"embedding.vector")
      .as[(String, Seq[Float])]
      .collect()
      .toMap
    def cosine(a: String, b: String): Double =
      vectors(a).zip(vectors(b)).map { case (x, y) => x.toDouble * y }.sum
    assert(vectors("cat").size === 384)
    assert(cosine("cat", "kitten") > 0.5)
    assert(cosine("cat", "tax") < 0.2)
  }

  test("what is asked for stands first") {
    val ranked = SparkAttention
      .rerank(texts.withColumn("query", lit("Where is the young cat?")), Map.empty[String, String])
      .orderBy($"relevance.score".desc)
    assert(ranked.select("id").as[String].collect().last === "tax")
  }

  test("a summary is computed once for a filter, an aggregate and a join") {
    val summarized = SparkAttention.summarize(texts, Map("strategy" -> "lead"))
    val counted = summarized
      .filter($"summary.error".isNull)
      .join(texts.withColumnRenamed("text", "again"), "id")
      .groupBy(length($"summary.summary") > 30 as "long")
      .count()
    assert(counted.as[(Boolean, Long)].collect().toMap === Map(true -> 2L, false -> 1L))
    assert(Operators.of(counted).nodes.size === 1)
  }

  test("a stream of files becomes a table of summaries") {
    val folder = Files.createTempDirectory("stream").toString
    val (input, output, checkpoint) = (s"$folder/in", s"$folder/out", s"$folder/checkpoint")
    texts.repartition(3).write.json(input)
    val documents = spark.readStream.schema(texts.schema).json(input)
    val summaries = SparkAttention
      .summarize(documents, Map("strategy" -> "lead"))
      .select("id", "summary.summary", "summary.error")
      .writeStream
      .option("checkpointLocation", checkpoint)
      .trigger(Trigger.AvailableNow())
      .start(output)
    summaries.awaitTermination()
    val written = spark.read.parquet(output).select("id", "summary").as[(String, String)]
    assert(written.collect().toMap === texts.as[(String, String)].collect().toMap)
  }
}
