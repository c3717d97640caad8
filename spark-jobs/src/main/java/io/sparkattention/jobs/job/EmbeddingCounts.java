package io.sparkattention.jobs.job;

import io.sparkattention.rerank.EmbeddingCounter;
import java.io.Serializable;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * Counts on all executors where vectors came from. A task that is run again counts again.
 *
 * @param reused vectors that were stored
 * @param embedded texts that a model read
 */
record EmbeddingCounts(LongAccumulator reused, LongAccumulator embedded)
    implements EmbeddingCounter, Serializable {

  static EmbeddingCounts of(SparkSession spark) {
    return new EmbeddingCounts(
        spark.sparkContext().longAccumulator("embeddings reused"),
        spark.sparkContext().longAccumulator("texts embedded"));
  }

  @Override
  public void add(long reusedVectors, long embeddedTexts) {
    reused.add(reusedVectors);
    embedded.add(embeddedTexts);
  }

  /** What was counted so far, as {@code _run.json} calls it. */
  Map<String, Long> byName() {
    return Map.of("embeddings_reused", reused.value(), "texts_embedded", embedded.value());
  }
}
