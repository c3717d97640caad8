package io.sparkattention.bench.quality;

import io.sparkattention.evaluate.EvaluateContext;
import io.sparkattention.evaluate.ItemScores;
import io.sparkattention.evaluate.Metrics;
import io.sparkattention.evaluate.TextItem;
import io.sparkattention.evaluate.TextMetric;
import io.sparkattention.model.LoadedModel;
import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Registry;
import io.sparkattention.summarize.Budget;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.SummarizeContext;
import io.sparkattention.summarize.Summarizer;
import io.sparkattention.summarize.Summarizers;
import io.sparkattention.summarize.Summary;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.text.Words;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Extractive strategies with their defaults and one budget on articles, beside the first sentences
 * and random ones; the authors' abstract is the reference.
 *
 * <p>{@code java io.sparkattention.bench.quality.SummaryQuality PACKAGES MODELS}
 */
public final class SummaryQuality {

  private static final Budget BUDGET = Budget.parse("words=150");
  private static final int RANDOM_SEEDS = 20;
  private static final List<TextMetric> METRICS =
      Metrics.parseAll("rouge1,rouge2,rougeL").stream().map(TextMetric.class::cast).toList();

  private record Result(List<ItemScores> scores, long tokens, double seconds, double words) {}

  private final List<Article> articles;
  private final RememberingModel model;
  private final SummarizeContext context;

  private SummaryQuality(List<Article> articles, LoadedModel loaded) {
    this.articles = articles;
    this.model = new RememberingModel(loaded);
    this.context =
        SummarizeContext.of(SentenceSplitters.byLanguage(), loaded).withEmbedder(model.embedder());
  }

  /** Prints a table. */
  public static void main(String[] arguments) throws IOException {
    List<Article> articles = QualityCorpora.articles(Path.of(arguments[0]));
    try (QualityModel model = new QualityModel(Path.of(arguments[1]))) {
      new SummaryQuality(articles, model.model()).print();
    }
  }

  private void print() {
    System.out.printf(
        "# Summaries: %d articles with abstracts, %s, F of ROUGE, %s%n%n",
        articles.size(), BUDGET, QualityModel.label());
    System.out.println(
        "| strategy | ROUGE-1 | ROUGE-2 | ROUGE-L | ROUGE-1 against lead | ROUGE-2 against lead"
            + " | ROUGE-1 against random | words | tokens | s / article |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|");
    Result random = random();
    Result lead = run("lead");
    row("lead", lead, lead, random);
    row("random, mean of %d seeds".formatted(RANDOM_SEEDS), random, lead, random);
    for (Registry.Entry<Summarizer> entry : Summarizers.REGISTRY.entries()) {
      String name = entry.name();
      if (!name.equals("lead") && !name.equals("random")) {
        row(name, run(name), lead, random);
      }
    }
  }

  private void row(String name, Result result, Result lead, Result random) {
    StringBuilder row = new StringBuilder("| " + name);
    result.scores().forEach(scores -> row.append(" | ").append(Cells.mean(scores)));
    row.append(" | ").append(difference(lead, result, 0));
    row.append(" | ").append(difference(lead, result, 1));
    row.append(" | ").append(difference(random, result, 0));
    row.append(
        Cells.format(
            " | %.0f | %d | %.2f |",
            result.words(), result.tokens() / articles.size(), result.seconds()));
    System.out.println(row);
  }

  private static String difference(Result first, Result second, int metric) {
    return first == second
        ? ""
        : Cells.difference(first.scores().get(metric), second.scores().get(metric));
  }

  /** The mean of several seeds per article. */
  private Result random() {
    List<Result> results = new ArrayList<>();
    for (int seed = 0; seed < RANDOM_SEEDS; seed++) {
      results.add(run("random:seed=" + seed));
    }
    List<ItemScores> means = new ArrayList<>();
    for (int metric = 0; metric < METRICS.size(); metric++) {
      Map<String, Double> sums = new TreeMap<>();
      for (Result result : results) {
        result.scores().get(metric).values().forEach((id, v) -> sums.merge(id, v, Double::sum));
      }
      sums.replaceAll((id, sum) -> sum / RANDOM_SEEDS);
      means.add(ItemScores.of(results.get(0).scores().get(metric).column(), sums));
    }
    double words = results.stream().mapToDouble(Result::words).average().orElseThrow();
    double seconds = results.stream().mapToDouble(Result::seconds).average().orElseThrow();
    return new Result(means, 0, seconds, words);
  }

  private Result run(String spec) {
    Summarizer summarizer = Summarizers.REGISTRY.parse(spec);
    List<Source> sources =
        articles.stream().map(a -> Source.of(a.body()).withQuery(a.title())).toList();
    double readBefore = model.seconds();
    long start = System.nanoTime();
    List<Outcome<Summary>> outcomes = summarizer.summarize(sources, BUDGET, context);
    double seconds = (System.nanoTime() - start) / 1e9 - (model.seconds() - readBefore);
    List<TextItem> items = new ArrayList<>();
    long tokens = 0;
    double words = 0;
    for (int i = 0; i < articles.size(); i++) {
      Article article = articles.get(i);
      if (outcomes.get(i).failed()) {
        throw new IllegalStateException(
            spec + ": " + article.id() + ": " + outcomes.get(i).error());
      }
      Summary summary = outcomes.get(i).value();
      tokens += summary.tokensIn();
      words += Words.count(summary.text());
      items.add(new TextItem(article.id(), summary.text(), article.summary()));
    }
    if (summarizer.needs().contains(ModelRole.EMBEDDER)) {
      seconds += tokens * model.secondsPerToken(); // whether they were remembered or not
    }
    List<String> ids = articles.stream().map(Article::id).toList();
    List<ItemScores> scores =
        METRICS.stream()
            .map(m -> ItemScores.of(m, ids, m.score(items, EvaluateContext.empty())).get(0))
            .toList();
    return new Result(scores, tokens, seconds / articles.size(), words / articles.size());
  }
}
