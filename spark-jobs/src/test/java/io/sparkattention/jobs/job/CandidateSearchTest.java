package io.sparkattention.jobs.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.jobs.input.CandidateTables;
import io.sparkattention.rerank.Bm25Reranker;
import io.sparkattention.rerank.CorpusStatistics;
import io.sparkattention.rerank.Rerankers;
import io.sparkattention.udfs.LocalSpark;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** A search lets go of what executors keep for it. */
class CandidateSearchTest {

  private final SparkSession spark = LocalSpark.session();
  private final JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());

  @Test
  void whatIsKeptIsReleased() {
    int before = context.getPersistentRDDs().size();
    Kept kept = new Kept(context);
    Broadcast<String> sent = kept.broadcast("queries");
    JavaRDD<Integer> rows = kept.persist(context.parallelize(List.of(1, 2), 1));
    assertThat(rows.count()).isEqualTo(2);
    assertThat(context.getPersistentRDDs()).hasSize(before + 1);
    assertThat(sent.value()).isEqualTo("queries");
    kept.release();
    assertThat(context.getPersistentRDDs()).hasSize(before);
    assertThatThrownBy(sent::value).hasMessageContaining("destroyed");
  }

  @Test
  void nothingIsKeptOfASearchThatFails() {
    int before = context.getPersistentRDDs().size();
    Bm25Reranker bm25 = (Bm25Reranker) Rerankers.REGISTRY.parse("bm25");
    Dataset<Row> one = spark.range(1).toDF();
    Dataset<Row> queries =
        one.select(
            lit("q").as("query_id"),
            lit("cats").as("query"),
            lit(null).cast("string").as("query_problem"));
    Dataset<Row> passages =
        one.select(
            raise_error(lit("the disk broke")).cast("string").as("passage_id"),
            col("id").cast("string").as("text"),
            lit(null).cast("string").as("text_problem"));
    CandidateTables tables = new CandidateTables(queries, passages, Optional.empty(), Map.of());
    CandidateSearch search =
        new CandidateSearch(bm25, 3, null, Map.of(bm25.analysis(), CorpusStatistics.NONE));
    assertThatThrownBy(() -> search.search(tables)).hasStackTraceContaining("the disk broke");
    assertThat(context.getPersistentRDDs()).hasSize(before);
  }
}
