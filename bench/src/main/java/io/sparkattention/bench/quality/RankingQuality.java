package io.sparkattention.bench.quality;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Rerankers with their defaults on known-item judgements, beside BM25.
 *
 * <p>{@code java io.sparkattention.bench.quality.RankingQuality PACKAGES MODELS}
 */
public final class RankingQuality {

  /** Queries of a collection that has more are drawn by lot. */
  private static final int QUERIES = 500;

  /** Longer passages, in tokens of MiniLM, are what {@link LongDocumentQuality} is for. */
  private static final int LONGEST = 1000;

  private static final String BI_ENCODER = "bi-encoder";

  /** BM25 comes first: what it holds back no later stage brings forward. */
  private static final List<String> CASCADES =
      List.of(
          "cascade",
          "cascade:keep=0.25",
          "cascade:stages=[bm25,bi-encoder,late-interaction],keep=[20,10]"); // reads 30 of 100

  /** Cascades after an embed job, whose vectors the first stage compares at no cost. */
  private static final List<String> STORED_CASCADES =
      List.of(
          "cascade:stages=[bi-encoder,late-interaction],keep=0.25",
          "cascade:stages=[bi-encoder,[weighted:of=[bi-encoder,late-interaction]]],keep=0.25");

  private RankingQuality() {}

  /** Prints a table and its gates for each collection. */
  public static void main(String[] arguments) throws IOException {
    System.out.printf("# Rankings: %s, defaults, first stage BM25%n", QualityModel.label());
    for (JudgedCollection collection : QualityCorpora.collections(Path.of(arguments[0]))) {
      try (QualityModel model = new QualityModel(Path.of(arguments[1]))) {
        String name = collection.name() + ", passages of up to 1,000 tokens";
        JudgedCollection passages = model.ofLength(collection, name, 1, LONGEST);
        compare(passages.sample(QUERIES), new RememberingModel(model.model()));
      }
    }
  }

  private static void compare(JudgedCollection collection, RememberingModel model) {
    RankingTrial trial = new RankingTrial(collection, model);
    RankingTable table = new RankingTable(trial.heading(), System.out);
    for (String spec :
        List.of("bm25", BI_ENCODER, "rrf", "weighted", "late-interaction", "kernel-pool")) {
      table.add(trial.run(spec));
    }
    List<String> cascades = new ArrayList<>(CASCADES);
    CASCADES.forEach(spec -> table.add(trial.run(spec)));
    for (String spec : STORED_CASCADES) {
      RankingTrial.Result stored = trial.runWithStoredEmbeddings(spec);
      table.add(stored);
      cascades.add(stored.name());
    }
    table.gateNotBelow("rrf", "bm25");
    table.gateAtLeast("late-interaction", BI_ENCODER);
    for (String name : cascades) {
      table.gateAtLeast(name, BI_ENCODER);
      table.gateCost(name, BI_ENCODER, 1.0 / 3);
    }
  }
}
