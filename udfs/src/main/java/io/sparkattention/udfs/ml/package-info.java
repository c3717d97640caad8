/**
 * The functions as stages of spark.ml pipelines: {@link
 * io.sparkattention.udfs.ml.DocumentSummarizer}, {@link io.sparkattention.udfs.ml.PassageScorer},
 * {@link io.sparkattention.udfs.ml.DocumentEmbedder} and {@link
 * io.sparkattention.udfs.ml.AttentionProfiler}.
 *
 * <p>Nothing is computed in another way here: a stage adds the column that {@link
 * io.sparkattention.udfs.function.SparkAttention} adds, by the same operator. What this room adds
 * are Params, the check of a schema before anything runs, and stages that are saved and loaded. Its
 * names follow spark.ml: {@code inputCol}, {@code outputCol}, {@code setX}, {@code load}.
 *
 * <p>Every option of a function is a Param of the same name, made of the option's declaration; so a
 * new option needs nothing here. To add a transformer, extend {@link
 * io.sparkattention.udfs.ml.FunctionTransformer} by a class with a constructor of a uid, which
 * Spark calls for copies and for what was saved, and static methods {@code read} and {@code load};
 * and commit what it saves below {@code src/test/resources/ml}, since stages that were saved are to
 * be loaded ever after.
 */
package io.sparkattention.udfs.ml;
