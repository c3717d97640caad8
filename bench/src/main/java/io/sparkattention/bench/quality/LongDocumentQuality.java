package io.sparkattention.bench.quality;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Rerankers on documents of 5,000 and more tokens: all passages of them beside their first 512
 * tokens.
 *
 * <p>{@code java io.sparkattention.bench.quality.LongDocumentQuality PACKAGES MODELS}
 */
public final class LongDocumentQuality {

  private static final int SHORTEST = 5000; // tokens of MiniLM
  private static final int HEAD = 512;
  private static final int QUERIES = 500;

  private LongDocumentQuality() {}

  /** Prints a table. */
  public static void main(String[] arguments) throws IOException {
    JudgedCollection manual = QualityCorpora.postgresManual(Path.of(arguments[0]));
    System.out.printf(
        "# Long documents: %s reads chunks of %d tokens%n", QualityModel.label(), HEAD);
    try (QualityModel model = new QualityModel(Path.of(arguments[1]))) {
      JudgedCollection pages =
          model.ofLength(
              manual, manual.name() + ", pages of 5,000+ tokens", SHORTEST, Integer.MAX_VALUE);
      compare(pages.sample(QUERIES), new RememberingModel(model.model()));
    }
  }

  private static void compare(JudgedCollection collection, RememberingModel model) {
    RankingTrial trial = new RankingTrial(collection, model);
    RankingTable table = new RankingTable(trial.heading(), System.out);
    table.add(trial.run(passages("first")).cut(HEAD));
    for (String spec :
        new String[] {
          passages("max"),
          passages("k-max"),
          passages("sum"),
          "parade:by=avg,chunk-tokens=" + HEAD,
          "parade:by=max,chunk-tokens=" + HEAD,
          "parade:by=attn,chunk-tokens=" + HEAD,
          "bm25",
        }) {
      table.add(trial.run(spec));
    }
  }

  private static String passages(String by) {
    return "passage-scores:by=" + by + ",chunk-tokens=" + HEAD;
  }
}
