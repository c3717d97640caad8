package io.sparkattention.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.udfs.executor.InferenceStage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which stages get GPUs, on a cluster of processes whose workers say that they have one each. */
@Tag("thorough")
class StageResourcesClusterTest {

  private static final StructType TYPE = new StructType().add("gpus", DataTypes.StringType);

  @TempDir Path folder;

  /**
   * Drives the cluster: writes the GPUs of each task of a plain stage and of an inference stage.
   */
  public static void main(String[] arguments) throws IOException {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      MapPartitionsFunction<Row, Row> gpus = StageResourcesClusterTest::gpus;
      Dataset<Row> rows = spark.range(0, 2, 1, 2).toDF();
      List<Row> plain = rows.mapPartitions(gpus, Encoders.row(TYPE)).collectAsList();
      List<Row> inference = InferenceStage.map(rows, gpus, TYPE).collectAsList();
      LocalCluster.tell(texts(plain) + texts(inference));
    }
  }

  private static String texts(List<Row> rows) {
    return new TreeSet<>(rows.stream().map(Row::toString).toList()).toString();
  }

  private static Iterator<Row> gpus(Iterator<Row> rows) {
    ResourceInformation gpus = TaskContext.get().resourcesJMap().get("gpu");
    return List.of(RowFactory.create(gpus == null ? "none" : String.join(",", gpus.addresses())))
        .iterator();
  }

  @Test
  void executorsThatAreThereGiveGpusToTheInferenceStageAlone() throws Exception {
    assertThat(stages("spark.executor.resource.gpu.amount=1")).isEqualTo("[[none]][[41]]");
  }

  @Test
  void executorsWithGpusAreStartedForTheInferenceStageAlone() throws Exception {
    assertThat(
            stages(
                "spark.dynamicAllocation.enabled=true",
                "spark.dynamicAllocation.shuffleTracking.enabled=true",
                "spark.dynamicAllocation.maxExecutors=2"))
        .isEqualTo("[[none]][[41]]");
  }

  private String stages(String... conf) throws IOException, InterruptedException {
    Path script = folder.resolve("gpus.sh");
    Files.writeString(script, "echo '{\"name\": \"gpu\", \"addresses\": [\"41\"]}'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    List<String> all = new ArrayList<>(List.of(conf));
    all.addAll(
        List.of(
            "spark.worker.resource.gpu.amount=1",
            "spark.worker.resource.gpu.discoveryScript=" + script,
            "spark.attention.stage-resources=gpu:tasks=2"));
    return LocalCluster.run(StageResourcesClusterTest.class, folder, all);
  }
}
