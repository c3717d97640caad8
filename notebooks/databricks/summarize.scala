// Databricks notebook source
// MAGIC %md
// MAGIC # Summaries of documents
// MAGIC
// MAGIC A summary here is made of a document's own sentences, verbatim and with their places. This notebook
// MAGIC summarizes speeches by two strategies and looks at where in a speech they find their sentences.

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

dbutils.widgets.text("corpus", "examples/corpus", "Example corpus")
dbutils.widgets.text("model", "minilm", "Model")
dbutils.widgets.text("documents", "4", "How many speeches, the shortest first")

val corpus = dbutils.widgets.get("corpus")
val model = dbutils.widgets.get("model")
val documents = dbutils.widgets.get("documents").toInt

SparkAttention.register(spark) // the SQL functions, in a session that runs already
spark.conf.set("spark.attention.summarize.model", model) // of those functions

val speeches = spark.read.json(s"$corpus/speeches.jsonl").orderBy(length($"text")).limit(documents)
speeches.createOrReplaceTempView("speeches")
display(speeches.select($"id", $"year", $"party", length($"text").as("characters")))

// COMMAND ----------

// MAGIC %md
// MAGIC ## Summaries by a SQL function
// MAGIC
// MAGIC `lexrank` keeps the sentences that are most like all others; `max-sentences` bounds how many of a
// MAGIC document it reads (leave it out to read all). Options are a map, checked before anything runs. Rows
// MAGIC are never lost: `error` says why there is no summary.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT year, s.summary, s.tokens_in, s.truncated, s.error
// MAGIC FROM (
// MAGIC   SELECT year,
// MAGIC     summarize(text, map('strategy', 'lexrank:max-sentences=30', 'budget', 'sentences=2')) AS s
// MAGIC   FROM speeches)
// MAGIC ORDER BY year

// COMMAND ----------

// MAGIC %md
// MAGIC ## Two strategies, as datasets
// MAGIC
// MAGIC The same through the API for datasets, where options may come from variables. `lead` takes the first
// MAGIC sentences and needs no model; it is what others must be better than.

// COMMAND ----------

val strategies = Seq("lead", "lexrank:max-sentences=30")

def summaries(strategy: String) = SparkAttention
  .summarize(speeches, Map("strategy" -> strategy, "budget" -> "sentences=5", "model" -> model))
  .select($"id", $"year", length($"text").as("characters"), $"summary")

val sentences = strategies
  .map(strategy => summaries(strategy).withColumn("strategy", lit(strategy)))
  .reduce(_ union _)
  .select($"id", $"year", $"characters", $"strategy", explode($"summary.sentences").as("sentence"))
  .select($"id", $"year", $"strategy", $"sentence.score",
    ($"sentence.start" * 100.0 / $"characters").as("place"), $"sentence.text".as("text"))
  .cache()

display(sentences
  .withColumn("score", round($"score", 4)).withColumn("place", round($"place", 1))
  .orderBy("year", "strategy", "place"))

// COMMAND ----------

// MAGIC %md
// MAGIC ## Where the sentences stand
// MAGIC
// MAGIC Each mark is a sentence of a summary. `lexrank` was told to read the first 30 sentences, so its marks
// MAGIC end where those end.

// COMMAND ----------

def places(strategy: String) = {
  val rows = sentences.filter($"strategy" === strategy).select("place", "year").collect()
  (rows.map(_.getDouble(0)), rows.map(_.getLong(1).toDouble))
}

val plot = new LinePlot("Where summaries take their sentences from",
  "place in the speech (% of its characters)", "year of the speech")
strategies.foreach { strategy =>
  val (place, year) = places(strategy)
  plot.points(strategy, place, year)
}
displayHTML(plot.svg())
