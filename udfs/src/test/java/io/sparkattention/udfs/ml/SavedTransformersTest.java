package io.sparkattention.udfs.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.udfs.LocalSpark;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.VectorSlicer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stages that are saved and loaded, in pipelines and by themselves, now and long ago. */
class SavedTransformersTest {

  /** What earlier versions saved: never change these, add others. */
  private static final Path COMMITTED = Path.of("src", "test", "resources", "ml");

  private final SparkSession spark = LocalSpark.session();
  private final Dataset<Row> documents =
      spark.sql(
          "SELECT * FROM VALUES (1, 'A cat sleeps. It is warm. Nobody wakes it.', 'cats'),"
              + " (2, 'Taxes on steel were raised.', 'taxes'), (3, '', 'nothing')"
              + " AS t(id, text, query)");

  /** One of each kind, with Params that are not the defaults. */
  static Stream<FunctionTransformer<?>> stages() {
    return Stream.of(
        new DocumentSummarizer("document-summarizer-1")
            .setOptions(Map.of("strategy", "lead", "budget", "sentences=1"))
            .setOutputCol("lead"),
        new PassageScorer("passage-scorer-1")
            .setQueryCol("query")
            .setOption("strategy", "bi-encoder:similarity=dot"),
        new DocumentEmbedder("document-embedder-1")
            .setInputCol("text")
            .setVectorCol("features")
            .setOptions(Map.of("role", "passage", "max-tokens", "64")),
        new AttentionProfiler("attention-profiler-1")
            .setOptions(Map.of("level", "document", "statistics", "entropy,[sink-rate:k=2]")));
  }

  private static Map<String, String> params(FunctionTransformer<?> stage) {
    Map<String, String> params = new TreeMap<>();
    for (Param<?> param : stage.params()) {
      if (stage.isDefined(param)) {
        params.put(param.name(), stage.getOrDefault(param) + " " + stage.isSet(param));
      }
    }
    return params;
  }

  private static FunctionTransformer<?> loaded(Class<?> stage, Path path) throws Exception {
    return (FunctionTransformer<?>)
        stage.getMethod("load", String.class).invoke(null, path.toString());
  }

  @ParameterizedTest
  @MethodSource("stages")
  void aStageIsLoadedAsItWasSaved(FunctionTransformer<?> stage, @TempDir Path folder)
      throws Exception {
    stage.write().overwrite().save(folder.toString());
    FunctionTransformer<?> loaded = loaded(stage.getClass(), folder);
    assertThat(loaded.uid()).isEqualTo(stage.uid());
    assertThat(params(loaded)).isEqualTo(params(stage));
    assertThat(loaded.transformSchema(documents.schema()))
        .isEqualTo(stage.transformSchema(documents.schema()));
  }

  @ParameterizedTest
  @MethodSource("stages")
  void stagesOfEarlierVersionsAreLoaded(FunctionTransformer<?> stage) throws Exception {
    FunctionTransformer<?> loaded = loaded(stage.getClass(), COMMITTED.resolve(stage.uid()));
    assertThat(loaded.uid()).isEqualTo(stage.uid());
    assertThat(params(loaded)).isEqualTo(params(stage));
  }

  @Test
  void aPipelineOfAnEarlierVersionIsLoadedAndRuns() {
    PipelineModel loaded = PipelineModel.load(COMMITTED.resolve("pipeline-1").toString());
    assertThat(loaded.stages()).hasSize(4);
    Dataset<Row> rows = loaded.transform(documents);
    assertThat(loaded.transformSchema(documents.schema())).isEqualTo(rows.schema());
    List<Row> collected =
        rows.selectExpr("lead.summary", "attention.entropy > 0", "relevance.error", "features")
            .collectAsList();
    assertThat(collected).extracting(row -> row.get(0)).startsWith("A cat sleeps.").hasSize(3);
    assertThat(collected).extracting(row -> row.get(1)).containsExactly(true, true, null);
    assertThat(collected)
        .extracting(row -> row.get(2))
        .containsExactly(null, null, "the passage is empty");
    assertThat(collected).extracting(row -> row.get(3) == null).containsExactly(false, false, true);
  }

  @Test
  void aPipelineIsSavedAndLoaded(@TempDir Path folder) throws Exception {
    String path = folder.resolve("pipeline").toString();
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new DocumentSummarizer().setOption("strategy", "lead"),
                  new DocumentEmbedder().setInputCol("summary.summary").setVectorCol("features")
                });
    PipelineModel model = pipeline.fit(documents);
    model.write().overwrite().save(path);
    Dataset<Row> embedded = PipelineModel.load(path).transform(documents);

    List<Row> rows = embedded.collectAsList();
    assertThat(rows).hasSize(3).isEqualTo(model.transform(documents).collectAsList());
    assertThat(rows)
        .extracting(row -> row.<Row>getAs("embedding").<String>getAs("error"))
        .containsExactly(null, null, "the text is null");
    assertThat(rows).extracting(row -> row.<Vector>getAs("features") == null).endsWith(true);

    pipeline.write().save(folder.resolve("unfitted").toString());
    PipelineStage[] stages = Pipeline.load(folder.resolve("unfitted").toString()).getStages();
    assertThat(stages).hasExactlyElementsOfTypes(DocumentSummarizer.class, DocumentEmbedder.class);
  }

  @Test
  void nextStagesReadTheVectors() {
    VectorSlicer slicer =
        new VectorSlicer().setInputCol("features").setOutputCol("two").setIndices(new int[] {0, 5});
    Dataset<Row> rows =
        new Pipeline()
            .setStages(
                new PipelineStage[] {new DocumentEmbedder().setVectorCol("features"), slicer})
            .fit(documents)
            .transform(documents.filter("text <> ''"));
    for (Row row : rows.collectAsList()) {
      double[] features = row.<Vector>getAs("features").toArray();
      assertThat(row.<Vector>getAs("two").toArray()).containsExactly(features[0], features[5]);
    }
  }
}
