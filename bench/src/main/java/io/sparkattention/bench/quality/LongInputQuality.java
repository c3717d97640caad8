package io.sparkattention.bench.quality;

import com.sun.management.OperatingSystemMXBean;
import io.sparkattention.evaluate.EvaluateContext;
import io.sparkattention.evaluate.ItemScores;
import io.sparkattention.evaluate.Metrics;
import io.sparkattention.evaluate.TextItem;
import io.sparkattention.evaluate.TextMetric;
import io.sparkattention.measure.AtBudget;
import io.sparkattention.measure.PeakMemory;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.summarize.Budget;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.SummarizeContext;
import io.sparkattention.summarize.Summarizer;
import io.sparkattention.summarize.Summarizers;
import io.sparkattention.summarize.Summary;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.text.Words;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Mechanisms that read documents of 5,000 and more tokens whole, with tiled positions, beside dense
 * attention over chunks of 512: pages ranked by one vector each, articles summarized by the
 * attention that their sentences receive. Every query may read about 512 keys, as in a chunk.
 *
 * <p>{@code java [-Dpages=40] [-Dqueries=200] [-Darticles=1000]
 * io.sparkattention.bench.quality.LongInputQuality PACKAGES MODELS [chunks] [MECHANISM...]}
 *
 * <p>The properties bound how many are read. Where {@code chunks} is named first, all that follows
 * is compared with it, query by query and article by article.
 */
public final class LongInputQuality {

  private static final int SHORTEST = 5_000; // tokens
  private static final int LONGEST = 12_288;
  private static final int SHORTEST_SUMMARY = 40; // words
  private static final int PAGES = Integer.getInteger("pages", 40); // by lot
  private static final int QUERIES = Integer.getInteger("queries", 200);
  private static final int ARTICLES = Integer.getInteger("articles", 1000);
  private static final int KEYS = 512;

  private static final String RANKING = "bi-encoder";
  private static final Summarizer SUMMARIZER = Summarizers.REGISTRY.parse("attention-salience");
  private static final Budget BUDGET = Budget.parse("words=150");
  private static final List<TextMetric> ROUGE =
      Metrics.parseAll("rouge1,rougeL").stream().map(TextMetric.class::cast).toList();

  private static final String CHUNKS = "chunks";

  /** Chunks, patterns, what chooses keys by their content, all keys, and keys by lot (slow). */
  private static final List<String> WAYS =
      List.of(
          CHUNKS,
          "sink-window",
          "window-global",
          "block-top-k",
          "local-sparse-global",
          "block-sparse",
          "hip",
          "chunk-select",
          "block-diagonal",
          "dense",
          "random-keys");

  /** What a way to read gave: scores by query and by article, and what they took. */
  private record Result(List<ItemScores> ranking, List<ItemScores> rouge, Cost page, Cost article) {

    private Result compare(String name, Result chunks) {
      System.out.println(
          "| %s | %s | %s | %s | %s | %s | %s | %s | %s |"
              .formatted(
                  name,
                  Cells.mean(ranking.get(0)),
                  Cells.mean(ranking.get(1)),
                  difference(chunks == null ? null : chunks.ranking.get(0), ranking.get(0)),
                  Cells.mean(rouge.get(0)),
                  Cells.mean(rouge.get(1)),
                  difference(chunks == null ? null : chunks.rouge.get(0), rouge.get(0)),
                  page.cells(),
                  article.cells()));
      return this;
    }

    private static String difference(ItemScores chunks, ItemScores own) {
      return chunks == null ? "" : Cells.difference(chunks, own);
    }
  }

  /**
   * Of one document, the seconds of all processors and of the clock, with two read at a time; and
   * the most memory then.
   */
  private record Cost(double seconds, double elapsed, double megabytes) {

    /** Does work and measures it. */
    static Cost of(int documents, Runnable work) {
      long[] spent = new long[2];
      long peak =
          PeakMemory.of(
              QualityModel.device(),
              () -> {
                long before = processorTime();
                long start = System.nanoTime();
                work.run();
                spent[0] = processorTime() - before;
                spent[1] = System.nanoTime() - start;
              });
      return new Cost(spent[0] / 1e9 / documents, spent[1] / 1e9 / documents, peak / 1e6);
    }

    private static long processorTime() {
      return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
          .getProcessCpuTime();
    }

    String cells() {
      return Cells.format("%.2f | %.2f | %.0f", seconds, elapsed, megabytes);
    }
  }

  private final Path models;
  private final JudgedCollection pages;
  private final List<Article> articles;

  private LongInputQuality(Path packages, Path models) throws IOException {
    this.models = models;
    JudgedCollection manual = QualityCorpora.postgresManual(packages);
    try (QualityModel model = new QualityModel(models)) {
      JudgedCollection all =
          model.ofLength(manual, manual.name() + ", long pages", SHORTEST, LONGEST);
      List<String> ids = new ArrayList<>(all.texts().keySet());
      Collections.sort(ids);
      Collections.shuffle(ids, new Random(42));
      Set<String> drawn = new TreeSet<>(ids.subList(0, Math.min(PAGES, ids.size())));
      pages = all.only(all.name(), drawn).sample(QUERIES);
      articles =
          QualityCorpora.wholeArticles(packages).stream()
              .filter(article -> Words.count(article.summary()) >= SHORTEST_SUMMARY)
              .filter(article -> isLong(model.model(), article.body()))
              .limit(ARTICLES)
              .toList();
    }
  }

  private static boolean isLong(LoadedModel model, String text) {
    int tokens = tokens(model, text);
    return tokens >= SHORTEST && tokens <= LONGEST;
  }

  private static int tokens(LoadedModel model, String text) {
    return model.tokenizer().encodeContentIds(text).length();
  }

  /** Prints a table, a row as soon as it is measured. */
  public static void main(String[] arguments) throws IOException {
    List<String> named = List.of(arguments).subList(2, arguments.length);
    new LongInputQuality(Path.of(arguments[0]), Path.of(arguments[1]))
        .print(named.isEmpty() ? WAYS : named);
  }

  private void print(List<String> named) throws IOException {
    try (QualityModel chunks = new QualityModel(models)) {
      System.out.printf(
          "# Long inputs: %s, %d pages (%.0f tokens each) with %d queries, %d articles (%.0f"
              + " tokens)%n%n",
          QualityModel.label(),
          pages.passages().size(),
          pages.passages().stream()
              .mapToInt(page -> tokens(chunks.model(), page.text()))
              .average()
              .orElseThrow(),
          pages.queries().size(),
          articles.size(),
          articles.stream()
              .mapToInt(article -> tokens(chunks.model(), article.body()))
              .average()
              .orElseThrow());
      chunks.model().embedder().embed(List.of(articles.get(0).body()), Role.PASSAGE); // warms up
      summaries(chunks.model(), articles.subList(0, 1));
      System.out.println(
          "| attention | nDCG@10 | MRR | nDCG@10 against chunks | ROUGE-1 | ROUGE-L"
              + " | ROUGE-1 against chunks | page, CPU s | s | MB | article, CPU s | s | MB |");
      System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
      Result baseline = null;
      for (String name : named) {
        if (name.equals(CHUNKS)) {
          baseline = measure(chunks.model()).compare("dense, chunks of 512", null);
        } else {
          whole(AtBudget.spec(name, KEYS).orElse(name), baseline);
        }
      }
    }
  }

  private void whole(String attention, Result chunks) throws IOException {
    try (QualityModel model = new QualityModel(models, attention, LONGEST + KEYS)) {
      measure(model.model()).compare("`" + attention + "`, whole", chunks);
    }
  }

  private Result measure(LoadedModel loaded) {
    RememberingModel model = new RememberingModel(loaded);
    List<String> texts = pages.passages().stream().map(page -> page.text()).toList();
    Cost page = Cost.of(texts.size(), () -> model.embedder().embed(texts, Role.PASSAGE));
    List<ItemScores> ranking = new RankingTrial(pages, model).run(RANKING).scores();
    List<Outcome<Summary>> written = new ArrayList<>();
    Cost article = Cost.of(articles.size(), () -> written.addAll(summaries(loaded, articles)));
    List<String> ids = articles.stream().map(Article::id).toList();
    List<TextItem> items = new ArrayList<>();
    for (int i = 0; i < articles.size(); i++) {
      items.add(new TextItem(ids.get(i), written.get(i).value().text(), articles.get(i).summary()));
    }
    List<ItemScores> rouge =
        ROUGE.stream()
            .map(m -> ItemScores.of(m, ids, m.score(items, EvaluateContext.empty())).get(0))
            .toList();
    return new Result(ranking, rouge, page, article);
  }

  private static List<Outcome<Summary>> summaries(LoadedModel model, List<Article> articles) {
    List<Source> sources = articles.stream().map(article -> Source.of(article.body())).toList();
    SummarizeContext context = SummarizeContext.of(SentenceSplitters.byLanguage(), model);
    return SUMMARIZER.summarize(sources, BUDGET, context);
  }
}
