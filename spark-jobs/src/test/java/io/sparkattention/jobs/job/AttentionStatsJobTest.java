package io.sparkattention.jobs.job;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.stddev;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import io.sparkattention.udfs.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttentionStatsJobTest {

  private static final String TINY = "classpath:golden/bert-sentence-transformer";

  @TempDir Path folder;

  private Dataset<Row> table(String name, Object... more) {
    return tableOf(TINY, name, more);
  }

  private Dataset<Row> tableOf(String model, String name, Object... more) {
    Path input =
        Lines.documents(3).add("id", "bad", "text", " ").to(folder.resolve("documents.jsonl"));
    Path output = folder.resolve(name);
    Stream<Object> fixed =
        Stream.of(
            "attention-stats",
            "--input",
            input,
            "--output",
            output,
            "--model",
            model,
            "--max-error-rate",
            1);
    Run run = Run.of(Stream.concat(fixed, Stream.of(more)).toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    Dataset<Row> rows = Run.table(output);
    assertThat(rows.filter("error is not null").collectAsList())
        .singleElement()
        .satisfies(row -> assertThat((String) row.getAs("error")).isEqualTo("the text is empty"));
    return rows.filter("error is null");
  }

  @Test
  void everyHeadHasARow() {
    Dataset<Row> rows = table("head", "--statistics", "entropy,[sink-rate:k=1,epsilon=0.2]");
    assertThat(rows.columns()).startsWith("id", "layer", "head", "entropy", "sink_rate", "model");
    long heads = rows.select("layer", "head").distinct().count();
    assertThat(heads).isGreaterThan(1);
    assertThat(rows.count()).isEqualTo(3 * heads);
    assertThat(rows.filter("entropy >= 0 and sink_rate between 0 and 1").count())
        .isEqualTo(3 * heads);
  }

  @Test
  void decodersReadTextsToo() {
    Dataset<Row> rows =
        tableOf(
            "classpath:golden-generation/qwen2-sliding",
            "decoder",
            "--statistics",
            "entropy,head-confidence,head-ablation");
    assertThat(rows.count()).isEqualTo(3 * 3 * 4);
    assertThat(
            rows.filter("entropy > 0 and head_confidence > 0 and head_ablation is not null")
                .count())
        .isEqualTo(rows.count());
  }

  @Test
  void wordsThatAModelIsMadeToBeginWithHaveNoRows() {
    for (int first : new int[] {260, 300}) {
      Dataset<Row> rows =
          tableOf(
              "classpath:golden-generation/bart",
              "begun-" + first,
              "--site",
              "decoder",
              "--generation",
              "max_new_tokens=5,min_new_tokens=5,suppress_tokens=[0,1,2,3,4],forced_bos_token_id="
                  + first,
              "--level",
              "token",
              "--statistics",
              "entropy");
      assertThat(rows.filter("tokens_out = 3 and position between 0 and 2").count())
          .isEqualTo(rows.count())
          .isEqualTo(3 * 3); // of five, without those that it was made to begin and to end with
    }
  }

  @Test
  void writtenTokensHaveRowsOfTheirOwn() {
    Dataset<Row> rows =
        tableOf(
            "classpath:golden-generation/llama",
            "generation",
            "--site",
            "generation",
            "--generation",
            "max_new_tokens=5,min_new_tokens=5",
            "--level",
            "token",
            "--statistics",
            "entropy,sink-rate,mean-distance,lookback-ratio");
    assertThat(rows.columns())
        .startsWith("id", "position", "start", "end", "token", "entropy", "sink_rate");
    assertThat(rows.filter("position between 0 and 4 and tokens_out = 5").count())
        .isEqualTo(rows.count())
        .isBetween(12L, 15L);
    assertThat(rows.filter("lookback_ratio is null or length(token) <> end - start").count())
        .isZero();
  }

  @Test
  void crossAttentionReadsAColumnOfTargets() {
    Path input = folder.resolve("pairs.jsonl");
    new Lines()
        .add("id", "a", "text", "One two three four.", "summary", "One.")
        .add("id", "b", "text", "Five six.", "summary", "Six five.")
        .add("id", "c", "text", "Seven.", "summary", "")
        .to(input);
    Path output = folder.resolve("cross");
    Run run =
        Run.of(
            "attention-stats",
            "--input",
            input,
            "--output",
            output,
            "--model",
            "classpath:golden-generation/bart",
            "--site",
            "cross",
            "--target-column",
            "summary",
            "--statistics",
            "alignment-focus,alignment-coverage",
            "--max-error-rate",
            1);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    Dataset<Row> rows = Run.table(output);
    assertThat(rows.filter("id = 'c'").collectAsList())
        .singleElement()
        .satisfies(row -> assertThat((String) row.getAs("error")).isEqualTo("the target is empty"));
    assertThat(rows.filter("alignment_focus < 0 and alignment_coverage < 0").count())
        .isEqualTo(2 * 2 * 4);
  }

  @Test
  void everyDocumentHasARow() {
    Dataset<Row> rows = table("document", "--level", "document");
    assertThat(rows.count()).isEqualTo(3);
    assertThat(rows.columns())
        .startsWith("id", "entropy", "sink_rate", "mean_distance", "received_attention");
  }

  @Test
  void everyTokenHasItsPlaceInTheText() {
    Dataset<Row> rows = table("token", "--level", "token", "--statistics", "received-attention");
    Dataset<Row> texts =
        LocalSpark.session().read().json(folder.resolve("documents.jsonl").toString());
    Dataset<Row> joined = rows.join(texts, "id");
    assertThat(joined.filter("id = 'd0' and position = 0").count()).isEqualTo(1);
    assertThat(joined.filter("start < 0 or end <= start or end > length(text)").count()).isZero();
    assertThat(joined.filter("received_attention is null").count()).isZero();
  }

  @Test
  void corpusSaysHowHeadsAreSpreadOverDocuments() {
    Dataset<Row> rows = table("corpus", "--level", "corpus", "--statistics", "entropy");
    Dataset<Row> corpus =
        LocalSpark.session()
            .read()
            .parquet(folder.resolve("corpus").resolve(CorpusExport.TABLE).toString());
    Dataset<Row> expected =
        rows.groupBy("layer", "head")
            .agg(avg("entropy").as("a"), stddev("entropy").as("d"), min("entropy").as("l"));
    Dataset<Row> joined =
        corpus.join(
            expected,
            corpus
                .col("layer")
                .equalTo(expected.col("layer"))
                .and(corpus.col("head").equalTo(expected.col("head"))));
    assertThat(joined.count()).isEqualTo(rows.select("layer", "head").distinct().count());
    assertThat(
            joined
                .filter(
                    "documents <> 3 or statistic <> 'entropy' or abs(mean - a) > 1e-9"
                        + " or abs(deviation - d) > 1e-9 or lowest <> l or median < lowest"
                        + " or highest < p95")
                .count())
        .isZero();
    CorpusExport export = new CorpusExport(List.of("entropy"));
    var whole = export.distributions(rows).collectAsMap();
    var parted = export.distributions(rows.repartition(7)).collectAsMap();
    var halves =
        export
            .distributions(rows.filter("id = 'd0'"))
            .union(export.distributions(rows.filter("id <> 'd0'")))
            .reduceByKey(Distribution::merge)
            .collectAsMap();
    whole.forEach(
        (head, numbers) -> {
          for (Distribution other : List.of(parted.get(head), halves.get(head))) {
            assertThat(other.mean()).isCloseTo(numbers.mean(), within(1e-12));
            assertThat(other.deviation()).isCloseTo(numbers.deviation(), within(1e-12));
            assertThat(other.quantiles(0.25, 0.5)).isEqualTo(numbers.quantiles(0.25, 0.5));
          }
        });
  }

  @Test
  void hundredsOfDocumentsAreTheSumOfTheirHalves() {
    Dataset<Row> rows =
        LocalSpark.session()
            .range(800) // 400 documents of 2 heads
            .selectExpr(
                "id div 2 as document",
                "0 as layer",
                "cast(id % 2 as int) as head",
                "cast(randn(3) as float) as entropy");
    rows = rows.cache();
    CorpusExport export = new CorpusExport(List.of("entropy"));
    var whole = export.distributions(rows.repartition(1)).collectAsMap();
    var parted = export.distributions(rows.repartition(23)).collectAsMap();
    var halves =
        export
            .distributions(rows.filter("document % 2 = 0").repartition(3))
            .union(export.distributions(rows.filter("document % 2 = 1").repartition(2)))
            .reduceByKey(Distribution::merge)
            .collectAsMap();
    assertThat(whole).hasSize(2);
    whole.forEach(
        (head, numbers) -> {
          assertThat(numbers.count()).isEqualTo(400);
          for (Distribution other : List.of(parted.get(head), halves.get(head))) {
            assertThat(other.count()).isEqualTo(numbers.count());
            assertThat(other.mean()).isCloseTo(numbers.mean(), within(1e-12));
            assertThat(other.deviation()).isCloseTo(numbers.deviation(), within(1e-12));
            assertThat(other.quantiles(0, 0.05, 0.5, 0.95, 1))
                .isEqualTo(numbers.quantiles(0, 0.05, 0.5, 0.95, 1));
          }
        });
    rows.unpersist();
  }

  @Test
  void everyPairOfHeadsHasARow() {
    Dataset<Row> rows = table("pair", "--level", "pair", "--statistics", "head-divergence");
    assertThat(rows.columns())
        .startsWith("id", "layer", "head", "other_layer", "other_head", "head_divergence");
    assertThat(rows.filter("head_divergence between 0 and 0.6932").count())
        .isEqualTo(rows.count())
        .isPositive();
  }

  @Test
  void whatIsMarkedIsLookedAt() {
    Dataset<Row> rows =
        table(
            "marked",
            "--level",
            "document",
            "--marked-until",
            "begins",
            "--experimental",
            "--statistics",
            "[focus-score:from=all],lookback-ratio,pattern-relevance,category-share");
    assertThat(rows.filter("focus_score > 0 and lookback_ratio between 0 and 1").count())
        .isEqualTo(3);
    assertThat(rows.filter("pattern_relevance > 0 and category_share > 0").count()).isEqualTo(3);
  }
}
