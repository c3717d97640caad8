// Databricks notebook source
// MAGIC %md
// MAGIC # Vectors of texts
// MAGIC
// MAGIC `embed` makes a vector of a text, so that texts can be compared, searched and clustered by meaning.
// MAGIC This notebook compares the openings of the State of the Union addresses of two centuries.

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
dbutils.widgets.text("characters", "1200", "How much of each speech, in characters")

val corpus = dbutils.widgets.get("corpus")
val model = dbutils.widgets.get("model")
val characters = dbutils.widgets.get("characters").toInt

SparkAttention.register(spark) // the SQL functions, in a session that runs already
spark.conf.set("spark.attention.embed.model", model) // of those functions

val openings = spark.read.json(s"$corpus/speeches.jsonl")
  .select($"id", $"year", $"name", substring($"text", 1, characters).as("text"))
openings.createOrReplaceTempView("openings")
display(openings.select("year", "name").orderBy("year"))

// COMMAND ----------

// MAGIC %md
// MAGIC ## A vector by a SQL function
// MAGIC
// MAGIC The vector is an array of floats. Its length is the model's; vectors of this model have norm 1, so
// MAGIC that their product is the cosine.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT year, size(e.vector) AS columns, slice(e.vector, 1, 3) AS beginning, e.tokens_in, e.error
// MAGIC FROM (SELECT year, embed(text) AS e FROM openings WHERE year < 1830)
// MAGIC ORDER BY year

// COMMAND ----------

// MAGIC %md
// MAGIC ## All vectors, as a dataset

// COMMAND ----------

val vectors = SparkAttention
  .embed(openings, Map("model" -> model))
  .select($"year", $"name", $"embedding.vector".as("vector"))
  .collect()
  .sortBy(_.getLong(0))

val years = vectors.map(_.getLong(0).toString)
val rows = vectors.map(_.getSeq[Float](2).toArray.map(_.toDouble))
val cosines = rows.map(a => rows.map(b => a.zip(b).map { case (x, y) => x * y }.sum))

val nearest = vectors.indices.map { i =>
  val j = vectors.indices.filter(_ != i).maxBy(j => cosines(i)(j))
  val (one, other) = (vectors(i), vectors(j))
  (one.getLong(0), one.getString(1), other.getLong(0), other.getString(1), cosines(i)(j))
}
display(nearest.toDF("year", "president", "nearest year", "its president", "cosine"))

// COMMAND ----------

// MAGIC %md
// MAGIC ## Which openings are alike

// COMMAND ----------

displayHTML(new HeatMap("Cosine of the openings of two speeches",
  "year", "year", years, years, cosines).svg())

// COMMAND ----------

// MAGIC %md
// MAGIC ## How likeness fades
// MAGIC
// MAGIC The mean cosine of all pairs of openings, by how far apart they were spoken, in steps of 25 years.

// COMMAND ----------

val pairs = for (i <- years.indices; j <- years.indices if i < j)
  yield ((years(j).toInt - years(i).toInt + 12) / 25 * 25, cosines(i)(j))
val byDistance = pairs.groupMap(_._1)(_._2).toSeq.sortBy(_._1)

displayHTML(new LinePlot("Likeness by distance in time", "years apart", "mean cosine")
  .line("openings of speeches", byDistance.map(_._1.toDouble).toArray,
    byDistance.map(same => same._2.sum / same._2.size).toArray)
  .svg())
