package io.sparkattention.bench.quality;

import java.io.IOException;
import java.nio.file.Path;

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
  private static final String CASCADE =
      "cascade:stages=[bm25,bi-encoder,late-interaction],keep=[20,10]"; // reads 30 of 100

  private static final String STORED_CASCADE =
      "cascade:stages=[bi-encoder,late-interaction],keep=30"; // an embed job read the passages

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
        new String[] {
          "bm25",
          BI_ENCODER,
          "rrf",
          "weighted",
          "late-interaction",
          "kernel-pool",
          "cascade",
          CASCADE
        }) {
      table.add(trial.run(spec));
    }
    RankingTrial.Result stored = trial.runWithStoredEmbeddings(STORED_CASCADE);
    table.add(stored);
    table.gateNotBelow("rrf", "bm25");
    table.gateAtLeast("late-interaction", BI_ENCODER);
    for (String name : new String[] {"cascade", CASCADE, stored.name()}) {
      table.gateAtLeast(name, BI_ENCODER);
      table.gateCost(name, BI_ENCODER, 1.0 / 3);
    }
  }
}
