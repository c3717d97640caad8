package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.evaluate.Estimate;
import io.sparkattention.evaluate.EvaluateContext;
import io.sparkattention.evaluate.ItemScores;
import io.sparkattention.evaluate.Metric;
import io.sparkattention.evaluate.Metrics;
import io.sparkattention.evaluate.PairedComparison;
import io.sparkattention.evaluate.PairedTest;
import io.sparkattention.evaluate.SourceItem;
import io.sparkattention.evaluate.SourceMetric;
import io.sparkattention.evaluate.TextItem;
import io.sparkattention.evaluate.TextMetric;
import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Summaries against references and documents: the numbers are those of core. */
class EvaluateSummariesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String METRICS = "rouge1,rougeL:tokenizer=plain,own-document:by=bm25";

  private static final Map<String, String> DOCUMENTS =
      Map.of(
          "a", "Cats sleep in warm places. They hunt at night.",
          "b", "The harbour froze. Ships waited for the thaw.",
          "c", "Bread rises slowly. Bakers get up early.");
  private static final Map<String, List<String>> REFERENCES =
      Map.of(
          "a", List.of("Cats like warm places.", "Cats sleep and hunt."),
          "b", List.of("The ships waited in the frozen harbour."),
          "c", List.of("Bakers rise early, bread slowly."));

  @TempDir Path folder;

  private Path output() {
    return folder.resolve("out");
  }

  private static Map<String, String> predictions() {
    Map<String, String> summaries = new TreeMap<>();
    summaries.put("a", "Cats sleep in warm places.");
    summaries.put("b", null); // the run failed on it
    summaries.put("z", "Nobody asked for this."); // and c is not there at all
    return summaries;
  }

  private static Map<String, String> baseline() {
    return Map.of("a", "They hunt at night.", "b", "Ships waited.", "c", "Bread rises slowly.");
  }

  private Path summaries(String name, Map<String, String> summaries) {
    Lines lines = new Lines();
    summaries.forEach((id, summary) -> lines.add("id", id, "summary", summary));
    return lines.to(folder.resolve(name));
  }

  private Path references() {
    Lines lines = new Lines();
    REFERENCES.forEach((id, all) -> all.forEach(text -> lines.add("id", id, "reference", text)));
    return lines.to(folder.resolve("references.jsonl"));
  }

  private Path sources() {
    Lines lines = new Lines();
    DOCUMENTS.forEach((id, text) -> lines.add("id", id, "text", text));
    return lines.to(folder.resolve("sources.jsonl"));
  }

  private Run evaluate(Path predictions, String metrics, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of("evaluate", "--predictions", predictions));
    arguments.addAll(List.of("--metrics", metrics, "--output", output()));
    arguments.addAll(Arrays.asList(more));
    return Run.of(arguments.toArray());
  }

  private static List<ItemScores> expected(Map<String, String> summaries) {
    List<String> ids = REFERENCES.keySet().stream().sorted().toList();
    List<ItemScores> scores = new ArrayList<>();
    for (Metric metric : Metrics.parseAll(METRICS)) {
      if (metric instanceof TextMetric texts) {
        List<TextItem> items =
            ids.stream()
                .map(id -> new TextItem(id, summaries.get(id), REFERENCES.get(id)))
                .toList();
        scores.addAll(ItemScores.of(metric, ids, texts.score(items, EvaluateContext.empty())));
      } else if (metric instanceof SourceMetric sources) {
        List<SourceItem> items =
            ids.stream()
                .map(id -> new SourceItem(id, summaries.get(id), DOCUMENTS.get(id)))
                .toList();
        scores.addAll(ItemScores.of(metric, ids, sources.score(items, EvaluateContext.empty())));
      }
    }
    return scores;
  }

  private Map<String, Double> actual(String run, String column) {
    Map<String, Double> scores = new TreeMap<>();
    for (Row row :
        Run.table(output())
            .filter("run = '" + run + "' and metric = '" + column + "' and error is null")
            .select("id", "score")
            .collectAsList()) {
      assertThat(scores.put(row.getString(0), row.getDouble(1))).isNull();
    }
    return scores;
  }

  @Test
  void numbersIntervalsAndTestsAreThoseOfCore() throws IOException {
    Run done =
        evaluate(
            summaries("predictions.jsonl", predictions()),
            METRICS,
            "--baseline",
            summaries("baseline.jsonl", baseline()),
            "--references",
            references(),
            "--sources",
            sources(),
            "--slice-rows",
            1,
            "--slice-seconds",
            0);
    assertThat(done.exitCode()).as(done.err()).isEqualTo(ExitCode.DONE);
    List<ItemScores> predicted = expected(predictions());
    List<ItemScores> based = expected(baseline());
    for (int i = 0; i < predicted.size(); i++) {
      String column = predicted.get(i).column();
      assertThat(actual("predictions", column)).isEqualTo(predicted.get(i).values());
      assertThat(actual("baseline", column)).isEqualTo(based.get(i).values());
    }
    assertThat(Run.table(output()).count()).isEqualTo(2L * 3 * predicted.size());
    assertSummary(predicted, based);
    JsonNode counters = JSON.readTree(output().resolve("_run.json").toFile()).get("counters");
    assertThat(counters.get("missing_from_predictions").asInt()).isEqualTo(1);
    assertThat(counters.get("left_out_of_predictions").asInt()).isEqualTo(1);
    assertThat(counters.get("missing_from_baseline").asInt()).isZero();
    assertThat(done.out()).contains("rouge1-recall").contains("left out: 1");
    assertPage();
    assertResumedRunEndsTheSame();
  }

  private void assertSummary(List<ItemScores> predicted, List<ItemScores> based)
      throws IOException {
    PairedTest test = PairedTest.DEFAULT;
    List<Row> rows = Run.table(output().resolve("_summary")).collectAsList();
    JsonNode json = JSON.readTree(output().resolve("_summary.json").toFile()).get("metrics");
    assertThat(rows).hasSameSizeAs(predicted);
    for (int i = 0; i < rows.size(); i++) {
      Estimate mean = test.bootstrap().estimate(predicted.get(i));
      PairedComparison comparison = test.compare(based.get(i), predicted.get(i));
      Row row = rows.get(i);
      assertThat(row.<String>getAs("metric")).isEqualTo(predicted.get(i).column());
      assertThat(row.<Integer>getAs("n")).isEqualTo(mean.n());
      assertThat(row.<Double>getAs("low")).isEqualTo(mean.low());
      assertThat(row.<Double>getAs("high")).isEqualTo(mean.high());
      assertThat(row.<Double>getAs("difference")).isEqualTo(comparison.difference().mean());
      assertThat(row.<Double>getAs("p_randomization")).isEqualTo(comparison.randomizationP());
      assertThat(row.<Double>getAs("p_t")).isEqualTo(comparison.tP());
      assertThat(json.get(i).get("mean").asDouble()).isEqualTo(mean.mean(), within(1e-12));
    }
  }

  /** One file with nothing from elsewhere, in which every metric has its line. */
  private void assertPage() throws IOException {
    String page = Files.readString(output().resolve("_report.html"));
    assertThat(page.replace("http://www.w3.org/", "")).doesNotContain("http:", "https:", "<script");
    assertThat(page).doesNotContainPattern("<link|@import|url\\((?!#)");
    assertThat(page).contains("<td>rouge1-recall</td>").contains("seed 42").contains("2,000");
    assertThat(page.split("<svg ", -1)).hasSize(1 + 1 + 2 * 3); // means, and two plots a metric
  }

  private void assertResumedRunEndsTheSame() throws IOException {
    JsonNode before = JSON.readTree(output().resolve("_summary.json").toFile()).get("metrics");
    Files.delete(output().resolve("_summary.json"));
    Run again =
        evaluate(
            folder.resolve("predictions.jsonl"),
            METRICS,
            "--baseline",
            folder.resolve("baseline.jsonl"),
            "--references",
            folder.resolve("references.jsonl"),
            "--sources",
            folder.resolve("sources.jsonl"),
            "--resume");
    assertThat(again.exitCode()).as(again.err()).isEqualTo(ExitCode.DONE);
    assertThat(JSON.readTree(output().resolve("_summary.json").toFile()).get("metrics"))
        .isEqualTo(before);
  }

  @Test
  void aModelReadsWhatWordsCannot() {
    Run done =
        evaluate(
            summaries("baseline.jsonl", baseline()),
            "bertscore:weights=idf,own-document",
            "--references",
            references(),
            "--sources",
            sources(),
            "--model",
            "minilm");
    assertThat(done.exitCode()).as(done.err()).isEqualTo(ExitCode.DONE);
    assertThat(actual("predictions", "own-document"))
        .isEqualTo(Map.of("a", 1.0, "b", 1.0, "c", 1.0));
    assertThat(actual("predictions", "bertscore:weights=idf"))
        .hasSize(3)
        .allSatisfy((id, score) -> assertThat(score).isBetween(0.2, 1.0));
    assertThat(Run.table(output()).filter("model = 'minilm'").count()).isEqualTo(18);
  }

  @Test
  void itemsThatCannotBeScoredAreMissingNotWrong() {
    Path one = summaries("one.jsonl", Map.of("a", "Cats.", "b", "Ships."));
    Path references =
        new Lines()
            .add("id", "a", "reference", "Cats.")
            .add("id", "b", "reference", null)
            .to(folder.resolve("references.jsonl"));
    Run done =
        evaluate(
            one, "rouge1", "--references", references, "--baseline", one, "--max-error-rate", 1);
    assertThat(done.exitCode()).as(done.err()).isEqualTo(ExitCode.DONE);
    Row row = Run.table(output().resolve("_summary")).filter("metric = 'rouge1'").first();
    assertThat(row.<Integer>getAs("n")).isEqualTo(1);
    assertThat(row.<Integer>getAs("missing")).isEqualTo(1);
    assertThat(row.<Double>getAs("mean")).isEqualTo(1.0);
    assertThat(row.<Double>getAs("low")).isNull(); // one item says nothing of others
    assertThat(row.<Double>getAs("difference")).isZero();
    assertThat(row.<Double>getAs("p_randomization")).isEqualTo(1.0);
    assertThat(row.<Double>getAs("p_t")).isNull();
    assertThat(Run.table(output()).filter("error = 'the item has no reference'").count())
        .isEqualTo(6);
  }

  @Test
  void otherScriptsNeedAnotherTokenizer() {
    Path summaries = summaries("greek.jsonl", Map.of("a", "Οι γάτες κοιμούνται."));
    Path references =
        new Lines()
            .add("id", "a", "reference", "Οι γάτες κοιμούνται πολύ.")
            .to(folder.resolve("references.jsonl"));
    Run done =
        evaluate(
            summaries,
            "rouge1,rouge2:tokenizer=plain",
            "--references",
            references,
            "--rouge-tokenizer",
            "unicode");
    assertThat(done.exitCode()).as(done.err()).isEqualTo(ExitCode.DONE);
    assertThat(actual("predictions", "rouge1:tokenizer=unicode").get("a"))
        .isEqualTo(2 * 1 * 0.75 / 1.75, within(1e-12));
    assertThat(actual("predictions", "rouge2:tokenizer=plain")).isEqualTo(Map.of("a", 0.0));
  }
}
