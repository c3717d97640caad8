// Databricks notebook source
// MAGIC %md
// MAGIC # Attention mechanisms compared
// MAGIC
// MAGIC A mechanism that reads a part of the keys is faster on long texts and changes what a model computes.
// MAGIC This notebook shows by how much: the error of the vectors against dense attention, and the share of
// MAGIC the keys that were read, for windows of several sizes. No known model was trained with these
// MAGIC mechanisms; the numbers are of this model and these texts.

// COMMAND ----------

// MAGIC %md
// MAGIC ## On Databricks
// MAGIC
// MAGIC The cluster needs the jars of Spark Attention as libraries, that of a known model among them, and the
// MAGIC configuration of `conf/examples/databricks.conf`. The README of `notebooks/` tells more. The example
// MAGIC corpus is the folder `examples/corpus` of the repository: copy it to where all machines can read it,
// MAGIC and write its place into the field above.

// COMMAND ----------

import ai.djl.ndarray.NDManager
import ai.djl.ndarray.types.{DataType, Shape}
import io.sparkattention.attention.{AttentionInput, AttentionMask, Attentions, Direction, Site}
import io.sparkattention.jobs.plot.LinePlot
import io.sparkattention.udfs.function.SparkAttention

dbutils.widgets.text("corpus", "examples/corpus", "Example corpus")
dbutils.widgets.text("model", "minilm", "Model")
dbutils.widgets.text("documents", "3", "How many speeches, the shortest first")

val corpus = dbutils.widgets.get("corpus")
val model = dbutils.widgets.get("model")
val documents = dbutils.widgets.get("documents").toInt

val speeches = spark.read.json(s"$corpus/speeches.jsonl").orderBy(length($"text")).limit(documents)
  .select($"id", substring($"text", 1, 3000).as("text")).cache()
speeches.count()
display(Attentions.REGISTRY.entries.toArray.toSeq
  .map(_.asInstanceOf[io.sparkattention.registry.Registry.Entry[_]])
  .map(entry => (entry.name, entry.summary, entry.source))
  .toDF("mechanism", "what it does", "source"))

// COMMAND ----------

// MAGIC %md
// MAGIC ## What is compared
// MAGIC
// MAGIC Each mechanism with its options; `sink-window` and `window-global` in several sizes. Text is read in
// MAGIC chunks of up to 512 tokens, which is as far as the model reads.

// COMMAND ----------

val windows = Seq(32, 96, 256)
val specs = Seq("dense", "chunked:chunk=128") ++
  windows.map(window => s"sink-window:sinks=4,window=$window") ++
  windows.map(window => s"window-global:window=$window,globals=1") ++
  Seq("local-sparse-global:block=32,sparsity=4,globals=1")

// COMMAND ----------

// MAGIC %md
// MAGIC ## The error of the vectors
// MAGIC
// MAGIC The same texts by each mechanism: 1 - cosine with the vector of dense attention, the mean over the
// MAGIC texts, and the seconds that the query took once the model was loaded. Of short texts the seconds
// MAGIC say little; of long ones they follow the share of the keys.

// COMMAND ----------

def embedded(spec: String) = {
  val options = Map("model" -> model, "attention" -> spec)
  SparkAttention.embed(Seq("loads the model").toDF("text"), options).collect()
  val begun = System.nanoTime()
  val vectors = SparkAttention
    .embed(speeches, options)
    .select("id", "embedding.vector").as[(String, Seq[Float])].collect().toMap
  (vectors, (System.nanoTime() - begun) / 1e9)
}
def cosine(a: Seq[Float], b: Seq[Float]) = {
  def product(x: Seq[Float], y: Seq[Float]) = x.zip(y).map { case (u, v) => u.toDouble * v }.sum
  product(a, b) / math.sqrt(product(a, a) * product(b, b))
}

val runs = specs.map(spec => spec -> embedded(spec))
val dense = runs.head._2._1
val measured = runs.map { case (spec, (vectors, seconds)) =>
  val errors = dense.keys.toSeq.map(id => 1 - cosine(vectors(id), dense(id)))
  (spec, math.max(0, errors.sum / errors.size), seconds)
}
display(measured.toDF("mechanism", "error", "seconds")
  .select($"mechanism", round($"error", 6).as("error"), round($"seconds", 2).as("seconds")))

// COMMAND ----------

// MAGIC %md
// MAGIC ## The share of the keys
// MAGIC
// MAGIC Counted rather than derived: a mechanism attends over random queries and keys of one text of 512
// MAGIC tokens, and its matrix of weights says which keys each query has read.

// COMMAND ----------

val tokens = 512
def shareOfKeys(spec: String) = {
  val manager = NDManager.newBaseManager("PyTorch")
  try {
    val shape = new Shape(1, 2, tokens, 32)
    val Seq(q, k, v) = Seq.fill(3)(manager.randomNormal(shape)).map(_.toType(DataType.FLOAT32, false))
    val mask = AttentionMask.self(Direction.BIDIRECTIONAL, Array(tokens))
    val input = AttentionInput.padded(q, k, v, mask, Site.encoder(0), manager)
    val attended = Attentions.attend(Attentions.REGISTRY.parse(spec), input)
    try attended.weights(0, tokens).gt(0).toType(DataType.FLOAT32, false).mean().getFloat().toDouble
    finally attended.close()
  } finally manager.close()
}

val shares = specs.map(spec => spec -> shareOfKeys(spec)).toMap
val compared = measured.map { case (spec, error, seconds) => (spec, 100 * shares(spec), error, seconds) }
display(compared.toDF("mechanism", "keys", "error", "seconds")
  .select($"mechanism", round($"keys", 1).as("keys read (%)"), round($"error", 6).as("error"),
    round($"seconds", 2).as("seconds")))

// COMMAND ----------

// MAGIC %md
// MAGIC ## Error against keys read
// MAGIC
// MAGIC To the left is cheap, below is faithful.

// COMMAND ----------

def ofName(name: String) = compared.filter(_._1.startsWith(name)).sortBy(_._2)
val plot = new LinePlot("What reading fewer keys costs",
  "keys read (% of all)", "error (1 - cosine with dense)")
Seq("sink-window", "window-global", "local-sparse-global", "dense").foreach { name =>
  plot.line(name, ofName(name).map(_._2).toArray, ofName(name).map(_._3).toArray)
}
displayHTML(plot.svg())
