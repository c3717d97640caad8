package io.sparkattention.udfs.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.generate.Generated;
import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.generate.PromptTokens;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.LocalSpark;
import io.sparkattention.udfs.metrics.InferenceActivity;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How often models are loaded by jobs in one application. */
class ExecutorModelsTest {

  private static final ModelSpec FIRST = ModelSpec.of(EmbeddedRows.MODEL);
  private static final ModelSpec SECOND = FIRST.withMaxTokens(16);

  private final SparkSession spark = LocalSpark.session();
  private long before;

  @BeforeEach
  void nothingIsLoaded() {
    ExecutorModels.closeUnused();
    assertThat(InferenceActivity.ofThisProcess().counts().models()).isZero();
    before = InferenceActivity.ofThisProcess().counts().modelsLoaded();
  }

  private long loads() {
    return InferenceActivity.ofThisProcess().counts().modelsLoaded() - before;
  }

  private static void assertRows(List<String> rows) {
    assertThat(rows).hasSize(40);
    assertThat(rows.stream().filter("unreadable"::equals)).hasSize(4);
    assertThat(rows.stream().filter(row -> row.endsWith(" columns"))).hasSize(36);
  }

  @Test
  void tasksAndJobsShareOneModel() {
    assertRows(EmbeddedRows.embed(spark, FIRST, 40));
    assertRows(EmbeddedRows.embed(spark, FIRST, 40));
    assertThat(loads()).isEqualTo(1);
  }

  @Test
  void twoSessionsShareOneModel() {
    assertRows(EmbeddedRows.embed(spark, FIRST, 40));
    assertRows(EmbeddedRows.embed(spark.newSession(), FIRST, 40));
    assertThat(loads()).isEqualTo(1);
  }

  @Test
  void aModelIsEvictedForAnotherAndLoadedAgain() {
    for (ModelSpec spec : List.of(FIRST, SECOND, FIRST)) {
      assertRows(EmbeddedRows.embed(spark, spec, 40));
      assertThat(InferenceActivity.ofThisProcess().counts().models()).isEqualTo(1);
    }
    assertThat(loads()).isEqualTo(3);
  }

  @Test
  void jobsWithDifferentModelsRunAtOnce() throws Exception {
    ExecutorService jobs = Executors.newFixedThreadPool(2);
    try (Lease<LoadedModel> first = ExecutorModels.acquire(FIRST);
        Lease<LoadedModel> second = ExecutorModels.acquire(SECOND)) {
      assertThat(first.instance()).isNotSameAs(second.instance());
      List<Future<List<String>>> running =
          IntStream.range(0, 4)
              .mapToObj(i -> i % 2 == 0 ? FIRST : SECOND)
              .map(spec -> jobs.submit(() -> EmbeddedRows.embed(spark, spec, 40)))
              .toList();
      for (Future<List<String>> job : running) {
        assertRows(job.get());
      }
    } finally {
      jobs.shutdown();
    }
    assertThat(loads()).isEqualTo(2);
  }

  /** Each job needs a model, and to load it closes those that no other job uses just then. */
  @Test
  void modelsComeAndGoUnderLoad() throws Exception {
    List<ModelSpec> specs = List.of(FIRST, SECOND, FIRST.withMaxTokens(24));
    ExecutorService jobs = Executors.newFixedThreadPool(3);
    try {
      List<Future<List<String>>> running =
          IntStream.range(0, 12)
              .mapToObj(i -> specs.get(i * 7 % 5 % 3))
              .map(spec -> jobs.submit(() -> EmbeddedRows.embed(spark, spec, 40)))
              .toList();
      for (Future<List<String>> job : running) {
        assertRows(job.get());
      }
    } finally {
      jobs.shutdown();
    }
    assertThat(loads()).isBetween(3L, 12L);
    ExecutorModels.closeUnused();
    assertThat(InferenceActivity.ofThisProcess().counts().models()).isZero();
  }

  @Test
  void modelsThatGenerateAreSharedToo() {
    ModelSpec spec = ModelSpec.of("../core/src/test/resources/golden-generation/llama");
    try (TaskModels task = new TaskModels();
        TaskModels other = new TaskModels()) {
      TextGenerator generator = task.generator(spec);
      assertThat(other.generator(spec)).isSameAs(generator);
      ObjectNode entries = JsonNodeFactory.instance.objectNode().put("max_new_tokens", 3);
      List<Outcome<Generated>> outcomes =
          generator.generate(
              List.of(PromptTokens.whole(new int[] {0, 9, 47}), PromptTokens.whole(new int[0])),
              generator.config(entries),
              GenerationSpec.DEFAULT.policy());
      assertThat(outcomes.get(0).value().newTokens()).isBetween(1, 3);
      assertThat(outcomes.get(1).error()).contains("is empty");
    }
    assertThat(loads()).isEqualTo(1);
    assertThatThrownBy(() -> ExecutorModels.acquireGenerator(FIRST))
        .hasMessageContaining("model_type 'bert' does not generate text here");
    assertThat(loads()).isEqualTo(1);
  }

  @Test
  void modelsEndWithTheirExecutorOnceTasksGiveThemBack() {
    Lease<LoadedModel> used = ExecutorModels.acquire(FIRST);
    ExecutorModels.closeAll();
    assertThat(InferenceActivity.ofThisProcess().counts().models()).isEqualTo(1);
    assertThat(used.instance().embedder().dimension()).isPositive();
    used.close();
    assertThat(InferenceActivity.ofThisProcess().counts().models()).isZero();
    assertRows(EmbeddedRows.embed(spark, FIRST, 40));
  }
}
