// Databricks notebook source
// MAGIC %md
// MAGIC # What a model attends to
// MAGIC
// MAGIC Statistics of attention say how a model reads: how broadly a head looks (entropy), how far (mean
// MAGIC distance), how much goes to the first token (sink rate), and which tokens receive most. They describe
// MAGIC where weights lie; none of them shows by itself which tokens a result depends on.

// COMMAND ----------

// MAGIC %md
// MAGIC ## On Databricks
// MAGIC
// MAGIC The cluster needs the jars of Spark Attention as libraries, that of a known model among them, and the
// MAGIC configuration of `conf/examples/databricks.conf`. The README of `notebooks/` tells more. The example
// MAGIC corpus is the folder `examples/corpus` of the repository: copy it to where all machines can read it,
// MAGIC and write its place into the field above.

// COMMAND ----------

import io.sparkattention.jobs.plot.{HeatMap, LinePlot}
import io.sparkattention.udfs.function.SparkAttention

dbutils.widgets.text("corpus", "examples/corpus", "Example corpus")
dbutils.widgets.text("model", "minilm", "Model")
dbutils.widgets.text("documents", "12", "How many passages")

val corpus = dbutils.widgets.get("corpus")
val model = dbutils.widgets.get("model")
val documents = dbutils.widgets.get("documents").toInt

SparkAttention.register(spark) // the SQL functions, in a session that runs already
spark.conf.set("spark.attention.attention-stats.model", model) // of those functions

val passages = spark.read.json(s"$corpus/passages.jsonl").orderBy("passage_id").limit(documents)
passages.createOrReplaceTempView("passages")
display(passages.select($"passage_id", $"title", left($"text", lit(80)).as("beginning")))

// COMMAND ----------

// MAGIC %md
// MAGIC ## Statistics of heads, by a SQL function
// MAGIC
// MAGIC At level `head`, the default, `heads` has one entry for each layer and head.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT head.layer, head.head, round(avg(head.sink_rate), 3) AS sink_rate
// MAGIC FROM (
// MAGIC   SELECT explode(attention_stats(text, map('statistics', 'sink-rate')).heads) AS head
// MAGIC   FROM passages)
// MAGIC GROUP BY 1, 2
// MAGIC ORDER BY sink_rate DESC
// MAGIC LIMIT 10

// COMMAND ----------

// MAGIC %md
// MAGIC ## The same and more, as a dataset

// COMMAND ----------

val heads = SparkAttention
  .attentionStats(passages, Map("statistics" -> "entropy,sink-rate,mean-distance", "model" -> model))
  .select($"passage_id", explode($"attention.heads").as("of"))
  .groupBy($"of.layer".as("layer"), $"of.head".as("head"))
  .agg(avg("of.entropy").as("entropy"), avg("of.sink_rate").as("sink_rate"),
    avg("of.mean_distance").as("mean_distance"))
  .orderBy("layer", "head")
  .cache()

display(heads.select($"layer", $"head", round($"entropy", 2).as("entropy (nats)"),
  round($"sink_rate", 3).as("sink rate"), round($"mean_distance", 1).as("mean distance (tokens)")))

// COMMAND ----------

// MAGIC %md
// MAGIC ## Which heads look at the first token

// COMMAND ----------

val layers = heads.select("layer").distinct().orderBy("layer").collect().map(_.getInt(0).toString)
val width = heads.select("head").distinct().count().toInt
val sinks = heads.select("sink_rate").collect().map(_.getDouble(0)).grouped(width).toArray

displayHTML(new HeatMap("Share of the attention that goes to the first token",
  "head", "layer", (0 until width).map(_.toString).toArray, layers, sinks).svg())

// COMMAND ----------

// MAGIC %md
// MAGIC ## How broadly the layers look
// MAGIC
// MAGIC The mean over heads and passages; the broken lines are the narrowest and the broadest head.

// COMMAND ----------

val byLayer = heads.groupBy("layer")
  .agg(avg("entropy"), min("entropy"), max("entropy")).orderBy("layer").collect()
def column(i: Int) = byLayer.map(_.getDouble(i))
val places = byLayer.map(_.getInt(0).toDouble)

displayHTML(new LinePlot("Entropy of the attention", "layer", "entropy (nats)")
  .line("mean of the heads", places, column(1))
  .line("narrowest head", places, column(2))
  .line("broadest head", places, column(3))
  .yRange(0, 6)
  .svg())

// COMMAND ----------

// MAGIC %md
// MAGIC ## Which tokens receive most
// MAGIC
// MAGIC At level `token` each token has its numbers; `start` and `end` count code points, so `substring`
// MAGIC finds the token in its text.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT substring(text, token.start + 1, token.end - token.start) AS token,
// MAGIC   round(token.received_attention, 2) AS received_attention, token.position
// MAGIC FROM (
// MAGIC   SELECT text, explode(attention_stats(text,
// MAGIC     map('statistics', 'received-attention', 'level', 'token')).tokens) AS token
// MAGIC   FROM (SELECT * FROM passages ORDER BY passage_id LIMIT 1))
// MAGIC ORDER BY token.received_attention DESC
// MAGIC LIMIT 10
