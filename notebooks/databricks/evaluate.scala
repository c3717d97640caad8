// Databricks notebook source
// MAGIC %md
// MAGIC # Measuring rankings
// MAGIC
// MAGIC Whether one ranking is better than another is a question of numbers, and of how sure they are. This
// MAGIC notebook ranks candidates by words (BM25) and by a model, and has the job `evaluate` compare the two.
// MAGIC The jobs run here as they do under spark-submit, but in this notebook's session; they leave Parquet.

// COMMAND ----------

// MAGIC %md
// MAGIC ## On Databricks
// MAGIC
// MAGIC The cluster needs the jars of Spark Attention as libraries, that of a known model among them, and the
// MAGIC configuration of `conf/examples/databricks.conf`. The README of `notebooks/` tells more. The example
// MAGIC corpus is the folder `examples/corpus` of the repository: copy it to where all machines can read it,
// MAGIC and write its place into the field above.

// COMMAND ----------

import io.sparkattention.jobs.cli.{SparkAttention => Command}
import io.sparkattention.udfs.function.SparkAttention
import java.io.PrintWriter

dbutils.widgets.text("corpus", "examples/corpus", "Example corpus")
dbutils.widgets.text("model", "minilm", "Model")
dbutils.widgets.text("queries", "10", "How many queries")

val corpus = dbutils.widgets.get("corpus")
val model = dbutils.widgets.get("model")
val queries = dbutils.widgets.get("queries").toInt

dbutils.widgets.text("output", "", "Where results are written, replacing what is there")
val chosen = dbutils.widgets.get("output")
val output = if (chosen.isEmpty) s"/tmp/spark-attention-${sys.props("user.name")}" else chosen

def table(name: String) = spark.read.json(s"$corpus/$name.jsonl")
val asked = table("queries").orderBy(length($"query_id"), $"query_id").limit(queries)
val candidates = table("candidates").join(asked.select("query_id"), "query_id")
asked.write.mode("overwrite").json(s"$output/queries")
candidates.write.mode("overwrite").json(s"$output/candidates")
table("qrels").join(asked.select("query_id"), "query_id")
  .write.mode("overwrite").json(s"$output/qrels")
display(candidates.groupBy("query_id").count().orderBy(length($"query_id"), $"query_id"))

// COMMAND ----------

// MAGIC %md
// MAGIC ## A job in a notebook
// MAGIC
// MAGIC Arguments are those of the command line. A job that fails says why and does not end the session.

// COMMAND ----------

def job(arguments: String*): Unit = {
  val (out, err) = (new PrintWriter(Console.out, true), new PrintWriter(Console.out, true))
  val code = Command.execute(out, err, arguments: _*)
  require(code.number == 0, s"${arguments.head} ended with exit code ${code.number}")
}

job("rerank", "--queries", s"$output/queries", "--candidates", s"$output/candidates",
  "--passages", s"$corpus/passages.jsonl", "--format", "json", "--strategy", "bm25",
  "--partitions", "1", "--output", s"$output/bm25", "--overwrite")

// COMMAND ----------

// MAGIC %md
// MAGIC ## The model's ranking, as a dataset
// MAGIC
// MAGIC The job reads scores from any table that has them.

// COMMAND ----------

SparkAttention
  .rerank(candidates.join(asked, "query_id").join(table("passages"), "passage_id"),
    Map("strategy" -> "bi-encoder", "max-tokens" -> "128", "model" -> model))
  .select($"query_id", $"passage_id", $"relevance.score")
  .write.mode("overwrite").parquet(s"$output/bi-encoder")

// COMMAND ----------

// MAGIC %md
// MAGIC ## The comparison

// COMMAND ----------

job("evaluate", "--predictions", s"$output/bi-encoder", "--baseline", s"$output/bm25",
  "--references", s"$output/qrels", "--references-format", "json",
  "--metrics", "ndcg@10,mrr,recall@10", "--partitions", "1",
  "--output", s"$output/evaluation", "--overwrite")

display(spark.read.parquet(s"$output/evaluation/_summary")
  .select($"metric", $"n", round($"mean", 4).as("model"), round($"baseline_mean", 4).as("BM25"),
    round($"difference", 4).as("difference"), round($"difference_low", 4).as("from"),
    round($"difference_high", 4).as("to"), round($"p_randomization", 4).as("p")))

// COMMAND ----------

// MAGIC %md
// MAGIC ## Plots of the report
// MAGIC
// MAGIC The job writes a page, `_report.html`, that needs nothing beside itself; its plots fit here too. Blue
// MAGIC circles are the model, orange diamonds BM25; bars are intervals of 95 %.

// COMMAND ----------

import org.apache.hadoop.fs.Path

val report = new Path(s"$output/evaluation/_report.html")
val file = report.getFileSystem(spark.sparkContext.hadoopConfiguration).open(report)
val page = try new String(file.readAllBytes(), "UTF-8") finally file.close()
val plots = "(?s)<svg.*?</svg\\s*>".r.findAllIn(page).toSeq.take(2)
displayHTML(plots.mkString("<p>", "</p><p>", "</p>"))
