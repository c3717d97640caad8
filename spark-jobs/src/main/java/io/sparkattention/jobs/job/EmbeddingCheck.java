package io.sparkattention.jobs.job;

import static org.apache.spark.sql.functions.col;

import io.sparkattention.jobs.input.CandidateTables;
import io.sparkattention.jobs.input.Candidates;
import io.sparkattention.jobs.input.StoredEmbeddings;
import io.sparkattention.model.ModelRole;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.udfs.config.UsageException;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.work.RerankModels;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Embeds a few passages again, so that vectors of another model, of another role or of other texts
 * are known before they are compared with those of this run.
 */
final class EmbeddingCheck {

  private static final int SAMPLES = 3;
  private static final double TOLERANCE = 0.03; // of lengths; reduced precision costs up to 0.016

  private record Sample(String passageId, String text, float[] vector) implements Serializable {}

  private EmbeddingCheck() {}

  /**
   * Compares what is stored with what the model makes.
   *
   * @throws UsageException if they differ
   */
  static void require(CandidateTables tables, RerankModels models) {
    boolean needed = models.models().stream().anyMatch(m -> m.needs().contains(ModelRole.EMBEDDER));
    Dataset<Row> passages = tables.passages();
    if (!needed || !Arrays.asList(passages.columns()).contains(Candidates.VECTOR)) {
      return;
    }
    List<Sample> samples =
        passages
            .filter(col(Candidates.VECTOR).isNotNull())
            .filter("trim(text) <> '' and text_problem is null")
            .limit(SAMPLES)
            .collectAsList()
            .stream()
            .map(
                row ->
                    new Sample(
                        row.getAs(Candidates.PASSAGE_ID),
                        row.getAs(Candidates.TEXT),
                        StoredEmbeddings.vector(row)))
            .toList();
    if (samples.isEmpty()) {
      throw new UsageException(
          List.of("--embeddings has none of the passages: are their ids those of the passages?"));
    }
    List<String> problems =
        JavaSparkContext.fromSparkContext(passages.sparkSession().sparkContext())
            .parallelize(List.of(samples), 1)
            .flatMap(some -> problems(some, models).iterator())
            .collect();
    if (!problems.isEmpty()) {
      throw new UsageException(problems.subList(0, 1));
    }
  }

  private static List<String> problems(List<Sample> samples, RerankModels models) {
    try (TaskModels leases = new TaskModels()) {
      TextEmbedder embedder = models.embedder(leases);
      return samples.stream()
          .map(sample -> problem(sample, embedder))
          .filter(problem -> !problem.isEmpty())
          .toList();
    }
  }

  private static String problem(Sample sample, TextEmbedder embedder) {
    String which = "--embeddings: the vector of passage '" + sample.passageId + "' ";
    if (sample.vector.length != embedder.dimension()) {
      return which
          + "has "
          + sample.vector.length
          + " numbers, but those of the model have "
          + embedder.dimension()
          + ": embed with the model that reranks";
    }
    float[] anew = embedder.embed(List.of(sample.text), Role.PASSAGE).get(0).vector();
    double distance = 0;
    double length = 0;
    for (int i = 0; i < anew.length; i++) {
      distance += Math.pow(anew[i] - sample.vector[i], 2);
      length += Math.pow(anew[i], 2);
    }
    double apart = Math.sqrt(distance / length);
    return apart <= TOLERANCE
        ? ""
        : which
            + String.format("is %.3f of its length from what the model makes of its text: ", apart)
            + "embed the same passages with the model that reranks, and with --role passage";
  }
}
