package io.sparkattention.jobs.job;

import io.sparkattention.evaluate.BertScore;
import io.sparkattention.evaluate.TextMetric;
import io.sparkattention.evaluate.TokenFrequencies;
import io.sparkattention.jobs.input.SummaryItems;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.udfs.executor.ExecutorModels;
import io.sparkattention.udfs.executor.InferenceStage;
import io.sparkattention.udfs.executor.Lease;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Counts the tokens of all references, part by part on the executors. */
final class ReferenceTokens {

  private ReferenceTokens() {}

  /** What the metrics weigh tokens by; nothing if none of them does. */
  static TokenFrequencies of(List<TextMetric> metrics, SummaryItems items, ModelSpec spec) {
    boolean weighed =
        metrics.stream()
            .anyMatch(
                metric ->
                    metric instanceof BertScore score && score.weights() == BertScore.Weights.IDF);
    if (!weighed || items.referred().isEmpty()) {
      return TokenFrequencies.NONE;
    }
    Dataset<Row> references =
        items.referred().get().select(functions.explode(functions.col(SummaryItems.REFERENCES)));
    JavaRDD<TokenFrequencies> counts =
        references
            .as(Encoders.STRING())
            .toJavaRDD()
            .mapPartitions(texts -> List.of(count(texts, spec)).iterator());
    return InferenceStage.of(counts).fold(TokenFrequencies.NONE, TokenFrequencies::plus);
  }

  private static TokenFrequencies count(Iterator<String> references, ModelSpec spec) {
    if (!references.hasNext()) {
      return TokenFrequencies.NONE;
    }
    try (Lease<LoadedModel> lease = ExecutorModels.acquire(spec)) {
      return TokenFrequencies.count(() -> references, lease.instance().tokenizer());
    }
  }
}
