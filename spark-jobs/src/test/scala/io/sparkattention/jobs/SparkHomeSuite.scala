package io.sparkattention.jobs

import java.nio.file.{Files, Path}

import scala.jdk.CollectionConverters._
import scala.util.Using

import io.sparkattention.udfs.SharedSparkSession
import org.scalatest.funsuite.AnyFunSuite

/** What the build lays out under target/spark-home, which local mode and cluster tests start from. */
class SparkHomeSuite extends AnyFunSuite with SharedSparkSession {

  private val jars: Seq[String] =
    Using.resource(Files.list(Path.of(System.getProperty("spark.home.under.test"), "jars"))) {
      _.iterator().asScala.map(_.getFileName.toString).toSeq
    }

  test("it holds the Spark that the tests run on") {
    assert(jars.exists(_.matches(s"spark-sql_2\\.\\d+-${spark.version}\\.jar")))
  }

  test("it holds what Spark shares with the engine, in one version each") {
    Seq("jackson-databind", "slf4j-api", "scala-library", "hadoop-client-api").foreach { name =>
      val found = jars.filter(_.matches(s"$name-\\d.*\\.jar"))
      assert(found.size === 1, s"of $name")
    }
  }

  test("it holds nothing of ours") {
    assert(jars.filter(jar => jar.startsWith("spark-attention") || jar.contains("djl")).isEmpty)
  }

  test("Parquet written by the session is read back") {
    val directory = Files.createTempDirectory("parquet").resolve("rows").toString
    spark.range(10).selectExpr("id", "string(id) AS text").write.parquet(directory)
    val texts = spark.read.parquet(directory).orderBy("id").collect().map(_.getString(1)).toSeq
    assert(texts === (0 until 10).map(_.toString))
  }
}
