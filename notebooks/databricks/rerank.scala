// Databricks notebook source
// MAGIC %md
// MAGIC # Ranking passages for queries
// MAGIC
// MAGIC Each query comes with candidates, such as a search engine finds them; a model puts them in order.
// MAGIC This notebook ranks passages of the SQLite manual for the questions of its FAQ, and looks at how many
// MAGIC passages one must read until an answer comes.

// COMMAND ----------

// MAGIC %md
// MAGIC ## On Databricks
// MAGIC
// MAGIC The cluster needs the jars of Spark Attention as libraries, that of a known model among them, and the
// MAGIC configuration of `conf/examples/databricks.conf`. The README of `notebooks/` tells more. The example
// MAGIC corpus is the folder `examples/corpus` of the repository: copy it to where all machines can read it,
// MAGIC and write its place into the field above.

// COMMAND ----------

import io.sparkattention.jobs.plot.LinePlot
import io.sparkattention.udfs.function.SparkAttention
import org.apache.spark.sql.expressions.Window

dbutils.widgets.text("corpus", "examples/corpus", "Example corpus")
dbutils.widgets.text("model", "minilm", "Model")
dbutils.widgets.text("queries", "5", "How many queries")

val corpus = dbutils.widgets.get("corpus")
val model = dbutils.widgets.get("model")
val queries = dbutils.widgets.get("queries").toInt

SparkAttention.register(spark) // the SQL functions, in a session that runs already
spark.conf.set("spark.attention.rerank.model", model) // of those functions

def table(name: String) = spark.read.json(s"$corpus/$name.jsonl")
val asked = table("queries").orderBy(length($"query_id"), $"query_id").limit(queries)
val candidates = asked.join(table("candidates"), "query_id").join(table("passages"), "passage_id")
candidates.join(asked.select("query_id").limit(2), "query_id")
  .createOrReplaceTempView("candidates_of_two")
display(candidates.groupBy("query_id", "query").count().orderBy(length($"query_id"), $"query_id"))

// COMMAND ----------

// MAGIC %md
// MAGIC ## Scores by a SQL function
// MAGIC
// MAGIC `rerank_score` scores one passage for one query; the order is SQL's. The default strategy,
// MAGIC `bi-encoder`, compares the vectors of both. `max-tokens` bounds a forward pass; longer passages are
// MAGIC read in chunks.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT query, rank, passage_id, round(r.score, 3) AS score, left(text, 80) AS beginning
// MAGIC FROM (
// MAGIC   SELECT *, rank() OVER (PARTITION BY query_id ORDER BY r.score DESC) AS rank
// MAGIC   FROM (
// MAGIC     SELECT *, rerank_score(query, text, map('max-tokens', '128')) AS r
// MAGIC     FROM candidates_of_two))
// MAGIC WHERE rank <= 3
// MAGIC ORDER BY query_id, rank

// COMMAND ----------

// MAGIC %md
// MAGIC ## Two strategies, as datasets
// MAGIC
// MAGIC `late-interaction` compares token by token. The model was trained for `bi-encoder`, so expect no wonder.

// COMMAND ----------

val strategies = Seq("bi-encoder", "late-interaction")
val byScore = Window.partitionBy("query_id", "strategy").orderBy($"score".desc, $"passage_id")

val ranked = strategies
  .map(strategy => SparkAttention
    .rerank(candidates, Map("strategy" -> strategy, "max-tokens" -> "128", "model" -> model))
    .select($"query_id", $"query", $"passage_id", lit(strategy).as("strategy"),
      $"relevance.score", $"relevance.error"))
  .reduce(_ union _)
  .withColumn("rank", row_number().over(byScore))
  .cache()

display(ranked.filter($"rank" <= 3).withColumn("score", round($"score", 3))
  .orderBy("query_id", "strategy", "rank"))

// COMMAND ----------

// MAGIC %md
// MAGIC ## How soon an answer comes
// MAGIC
// MAGIC The judgements say which passages are part of the FAQ's answer (relevance 2). The line tells for how
// MAGIC many of the questions one of them is among the first k passages.

// COMMAND ----------

val answers = table("qrels").filter($"relevance" === 2).select("query_id", "passage_id")
val firstAnswers = ranked
  .join(answers, Seq("query_id", "passage_id"))
  .groupBy("strategy", "query_id")
  .agg(min("rank").as("first_answer"))
  .cache()

val found = asked.count()
val depths = (1 to 10).map(_.toDouble).toArray
val plot = new LinePlot("How soon an answer comes",
  "k (passages read)", "questions answered (%)").yRange(0, 105)
strategies.foreach { strategy =>
  val first = firstAnswers.filter($"strategy" === strategy).select("first_answer").collect().map(_.getInt(0))
  plot.line(strategy, depths, depths.map(k => 100.0 * first.count(_ <= k) / found))
}
displayHTML(plot.svg())
