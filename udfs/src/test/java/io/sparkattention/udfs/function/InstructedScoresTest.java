package io.sparkattention.udfs.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.Inference;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.rerank.RankedCandidate;
import io.sparkattention.rerank.RerankContext;
import io.sparkattention.rerank.RerankQuery;
import io.sparkattention.rerank.RerankQuery.Candidate;
import io.sparkattention.rerank.Rerankers;
import io.sparkattention.udfs.location.ModelLocalizer;
import io.sparkattention.udfs.ml.PassageScorer;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** A model that generates, asked for scores in SQL and as a stage. */
class InstructedScoresTest {

  private static final String MODEL = "classpath:golden-generation/t5";
  private static final String STRATEGY = "yes-no:prompt=mono-t5/v1,yes=the,no=of";
  private static final String OPTIONS =
      "map('strategy', '" + STRATEGY + "', 'model', '" + MODEL + "', 'max-tokens', '200')";

  @Test
  void scoresAreThoseOfTheCore() {
    SparkSession spark = FunctionSession.session();
    Dataset<Row> texts =
        spark
            .range(6)
            .selectExpr(
                "cast(id as string) AS id",
                "'where is it' AS query",
                "if(id = 5, null, repeat('It is in the box. ', int(id + 1))) AS text");
    Dataset<Row> scored =
        texts.selectExpr("*", "rerank_score(query, text, " + OPTIONS + ") AS relevance");
    List<Row> rows =
        scored
            .selectExpr("id", "relevance.score", "relevance.tokens_in", "relevance.error", "text")
            .orderBy("id")
            .collectAsList();
    List<Candidate> candidates =
        rows.subList(0, 5).stream()
            .map(row -> new Candidate(row.getString(0), row.getString(4)))
            .toList();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try (TextGenerator model =
        TextGenerator.load(
            ModelLocalizer.localize(MODEL),
            ModelSpec.of(MODEL).withMaxTokens(200),
            Inference.on(pool))) {
      List<RankedCandidate> expected =
          Rerankers.REGISTRY
              .parse(STRATEGY)
              .rerank(
                  List.of(new RerankQuery("q", "where is it", candidates)),
                  RerankContext.empty().with(model))
              .get(0)
              .candidates();
      for (RankedCandidate each : expected) {
        Row row = rows.get(Integer.parseInt(each.passageId()));
        assertThat(row.getDouble(1)).isCloseTo(each.score(), within(1e-4));
        assertThat(row.getInt(2)).isEqualTo(each.tokens());
      }
    } finally {
      pool.shutdown();
    }
    assertThat(rows.get(5).isNullAt(1)).isTrue();
    assertThat(rows.get(5).getString(3)).isEqualTo("the passage is null");
    PassageScorer stage = new PassageScorer().setOption("strategy", STRATEGY);
    stage.setOption("model", MODEL).setOption("max-tokens", "200");
    assertThat(stage.transform(texts).selectExpr("id", "relevance.score").orderBy("id"))
        .satisfies(
            made ->
                assertThat(made.collectAsList())
                    .isEqualTo(
                        scored.selectExpr("id", "relevance.score").orderBy("id").collectAsList()));
  }
}
