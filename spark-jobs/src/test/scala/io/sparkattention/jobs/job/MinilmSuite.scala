package io.sparkattention.jobs.job

import java.nio.file.{Files, Path}

import io.sparkattention.jobs.Run
import io.sparkattention.udfs.SharedSparkSession
import org.apache.spark.sql.functions._
import org.scalatest.funsuite.AnyFunSuite

/** The jobs with a pretrained model, as a reader of their outputs sees them. */
class MinilmSuite extends AnyFunSuite with SharedSparkSession {

  private val folder = Files.createTempDirectory("minilm")
  private val corpus = Path.of("..", "examples", "corpus")

  private def run(job: String, options: (String, Any)*): Path = {
    val output = folder.resolve(job)
    val arguments = Seq(job, "--output", output) ++ options.flatMap { case (name, value) =>
      Seq(s"--$name", value)
    }
    val result = Run.of(arguments.map(_.asInstanceOf[AnyRef]): _*)
    assert(result.exitCode === ExitCode.DONE, result.err)
    output
  }

  test("texts of one meaning have vectors that point the same way") {
    import spark.implicits._
    val input = folder.resolve("texts").toString
    Seq(
      "cat" -> "The cat sleeps on the sofa.",
      "kitten" -> "A kitten is napping on the couch.",
      "tax" -> "Parliament raised the tax on imported steel."
    ).toDF("id", "text").write.parquet(input)
    val output = run("embed", "input" -> input)
    val vectors = Run.table(output).select("id", "vector").as[(String, Seq[Float])].collect().toMap
    def cosine(a: String, b: String): Double =
      vectors(a).zip(vectors(b)).map { case (x, y) => x.toDouble * y }.sum
    assert(vectors("cat").size === 384)
    assert(cosine("cat", "kitten") > 0.5)
    assert(cosine("cat", "tax") < 0.2)
  }

  test("questions find the passages that were judged relevant") {
    val output = run(
      "rerank",
      "queries" -> corpus.resolve("queries.jsonl"),
      "passages" -> corpus.resolve("passages.jsonl"),
      "candidates" -> corpus.resolve("candidates.jsonl"),
      "partitions" -> 2
    )
    val judgements = spark.read.json(corpus.resolve("qrels.jsonl").toString)
    val reciprocal = Run
      .table(output)
      .join(judgements, Seq("query_id", "passage_id"))
      .groupBy("query_id")
      .agg((lit(1.0) / min("rank")).as("rr"))
      .agg(avg("rr"), count(lit(1)))
      .first()
    assert(reciprocal.getLong(1) === 27)
    assert(reciprocal.getDouble(0) > 0.6)
  }
}
