package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Candidates;
import io.sparkattention.jobs.input.StoredEmbeddings;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.rerank.BiEncoderReranker;
import io.sparkattention.rerank.EmbeddingFirstStage;
import io.sparkattention.rerank.TopK;
import io.sparkattention.udfs.executor.InferencePool;
import io.sparkattention.udfs.executor.InferenceStage;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.work.RerankModels;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Finds passages by their embeddings. Stored ones are taken as they are, other passages are
 * embedded; a passage or query that cannot be embedded is not found, or finds nothing.
 *
 * @param strategy how vectors are compared
 * @param k how many passages for each query
 * @param models the model that embeds
 */
record EmbeddingSearch(BiEncoderReranker strategy, int k, RerankModels models)
    implements Serializable {

  private static final int WINDOW = 1024; // passages that are embedded together

  /** What each part of the passages holds for the queries, by their numbers. */
  JavaPairRDD<Integer, TopK> search(
      SparkSession spark, List<String> texts, JavaRDD<Row> passages, Kept kept) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    int tasks = Math.max(1, Math.min(texts.size(), spark.sparkContext().defaultParallelism()));
    List<float[]> vectors =
        InferenceStage.of(context.parallelize(texts, tasks).mapPartitions(this::queryVectors))
            .collect();
    Broadcast<List<float[]>> queries = kept.broadcast(vectors);
    return InferenceStage.of(passages).mapPartitionsToPair(rows -> part(queries.value(), rows));
  }

  private Iterator<float[]> queryVectors(Iterator<String> queries) {
    List<String> texts = new ArrayList<>();
    queries.forEachRemaining(texts::add);
    try (TaskModels leases = new TaskModels()) {
      return embed(models.embedder(leases), texts, Role.QUERY).iterator();
    }
  }

  private Iterator<Tuple2<Integer, TopK>> part(List<float[]> queries, Iterator<Row> rows) {
    try (TaskModels leases = new TaskModels()) {
      TextEmbedder embedder = models.embedder(leases);
      try (EmbeddingFirstStage stage =
          new EmbeddingFirstStage(
              strategy.similarity(), queries, embedder.dimension(), k, InferencePool.shared())) {
        while (rows.hasNext()) {
          List<Row> window = new ArrayList<>();
          while (rows.hasNext() && window.size() < WINDOW) {
            window.add(rows.next());
          }
          add(window, embedder, stage);
        }
        return CandidateSearch.numbered(stage.result());
      }
    }
  }

  private static void add(List<Row> window, TextEmbedder embedder, EmbeddingFirstStage stage) {
    List<Row> unread = new ArrayList<>();
    for (Row row : window) {
      float[] stored = StoredEmbeddings.vector(row);
      if (stored == null || stored.length != embedder.dimension()) {
        unread.add(row);
      } else {
        stage.add(row.getAs(Candidates.PASSAGE_ID), stored);
      }
    }
    List<String> texts = new ArrayList<>();
    unread.forEach(row -> texts.add(row.getAs(Candidates.TEXT)));
    List<float[]> vectors = embed(embedder, texts, Role.PASSAGE);
    for (int i = 0; i < vectors.size(); i++) {
      if (vectors.get(i) != null) {
        stage.add(unread.get(i).getAs(Candidates.PASSAGE_ID), vectors.get(i));
      }
    }
  }

  /** A vector for each text; null for one that is null, blank, or cannot be embedded. */
  private static List<float[]> embed(TextEmbedder embedder, List<String> texts, Role role) {
    float[][] vectors = new float[texts.size()][];
    List<Integer> sound = new ArrayList<>();
    for (int i = 0; i < vectors.length; i++) {
      if (texts.get(i) != null && !texts.get(i).isBlank()) {
        sound.add(i);
      }
    }
    List<Outcome<Embedding>> made =
        Outcome.ofEach(
            sound.stream().map(texts::get).toList(), batch -> embedder.embed(batch, role));
    for (int i = 0; i < made.size(); i++) {
      vectors[sound.get(i)] = made.get(i).failed() ? null : made.get(i).value().vector();
    }
    return Arrays.asList(vectors);
  }
}
