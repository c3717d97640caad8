package io.sparkattention.jobs.job;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.spark.sql.Row;
import org.htmlunit.BrowserVersion;
import org.htmlunit.WebClient;
import org.htmlunit.html.DomElement;
import org.htmlunit.html.DomNode;
import org.htmlunit.html.HtmlElement;
import org.htmlunit.html.HtmlPage;
import org.htmlunit.html.HtmlSelect;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page is driven as a browser does, its scripts included, and its numbers are recomputed. */
class ReportJobTest {

  private static final String TINY = "classpath:golden/bert-sentence-transformer";
  private static final String HOSTILE = "</script><img src=x onerror=alert(1)>";
  private static final String HOSTILE_TEXT =
      "A <b>bold</b> & \"quoted\" </script><script>document.title='taken'</script> word. The second"
          + " sentence is short. So is the third.";

  @TempDir static Path folder;

  private static Path texts;
  private static Path heads;
  private static Path others;
  private static Path tokens;
  private static WebClient browser;
  private static HtmlPage page;
  private static JsonNode data;

  @BeforeAll
  static void open() throws IOException {
    Lines lines = Lines.documents(9).add("id", "none", "text", " ");
    texts = lines.add("id", HOSTILE, "text", HOSTILE_TEXT).to(folder.resolve("texts.jsonl"));
    heads = statistics("heads", "--statistics", "entropy,sink-rate,mean-distance");
    others =
        statistics(
            "others",
            "--statistics",
            "entropy,sink-rate",
            "--attention",
            "sink-window:sinks=1,window=4");
    tokens = statistics("tokens", "--level", "token", "--statistics", "entropy");
    Path output = folder.resolve("report");
    Object[] more = {"--compare", others, "--texts", texts, "--documents", "d0," + HOSTILE};
    Run run = report(output, heads + "," + tokens, more);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).contains("index.html");
    assertThat(output.resolve("_run.json")).content().contains("\"status\" : \"done\"");
    String html = Files.readString(output.resolve("index.html"));
    assertThat(html.length()).isLessThan(3_000_000);
    browser = new WebClient(BrowserVersion.CHROME); // a script that throws fails the test
    browser.getOptions().setCssEnabled(false);
    page = browser.loadHtmlCodeIntoCurrentWindow(html);
    data = new ObjectMapper().readTree(page.getElementById("data").getTextContent());
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private static Path statistics(String name, Object... more) {
    Path output = folder.resolve(name);
    Stream<Object> fixed =
        Stream.of("attention-stats", "--input", texts, "--output", output, "--model", TINY);
    Stream<Object> given = Stream.concat(Stream.of("--max-error-rate", 1), Stream.of(more));
    Run run = Run.of(Stream.concat(fixed, given).toArray());
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return output;
  }

  private static Run report(Path output, Object input, Object... more) {
    Stream<Object> fixed = Stream.of("report", "--input", input, "--output", output);
    return Run.of(Stream.concat(fixed, Stream.of(more)).toArray());
  }

  private static void click(String id) throws IOException {
    page.getElementById(id).click();
  }

  private static void choose(String id, String value) {
    ((HtmlSelect) page.getElementById(id)).setSelectedAttribute(value, true);
  }

  private static List<String> sections() {
    return page.querySelectorAll("[role=tab]").stream()
        .map(tab -> ((DomElement) tab).getId().replace("tab-", ""))
        .toList();
  }

  private static String text(String selector) {
    return page.querySelector(selector).getTextContent();
  }

  /** Mean and half-width of the 95 % interval of some numbers, the slow way. */
  private static double[] interval(List<Row> rows) {
    double[] values = rows.stream().mapToDouble(row -> row.getDouble(0)).toArray();
    int n = values.length;
    double mean = Arrays.stream(values).sum() / n;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double t = TDistribution.of(n - 1.0).inverseCumulativeProbability(0.975);
    return new double[] {mean, t * Math.sqrt(squares / (n - 1) / n)};
  }

  private static void assertMean(JsonNode shown, List<Row> rows) {
    double[] wanted = interval(rows);
    assertThat(shown.get(0).asInt()).isEqualTo(rows.size());
    assertThat(shown.get(1).asDouble()).isCloseTo(wanted[0], within(1e-5 * Math.abs(wanted[0])));
    assertThat(shown.get(2).asDouble()).isCloseTo(wanted[1], within(1e-4 * wanted[1] + 1e-9));
  }

  @Test
  void numbersAreThoseOfTheParquet() {
    JsonNode run = data.at("/runs/0");
    var rows = Run.table(heads).filter("error is null");
    var entropies = col("entropy").cast("double").as("entropy");
    int head = 0;
    for (JsonNode each : run.at("/heads/heads")) {
      String place = "layer = " + each.get("layer") + " and head = " + each.get("head");
      assertMean(
          run.at("/heads/byHead/entropy").get(head++),
          rows.filter(place).select(entropies).collectAsList());
    }
    assertThat(head).isEqualTo((int) rows.select("layer", "head").distinct().count());
    assertMean(
        run.at("/heads/byLayer/entropy/1"),
        rows.filter("layer = 1")
            .groupBy("id")
            .agg(avg(entropies).as("entropy"))
            .select("entropy")
            .collectAsList());
    assertMean(
        run.at("/documents/byStatistic/entropy/mean"),
        rows.groupBy("id").agg(avg(entropies).as("entropy")).select("entropy").collectAsList());
    assertThat(run.at("/documents/documents").asInt()).isEqualTo(10);
    assertThat(run.at("/documents/failed").asInt()).isEqualTo(1);
    List<Integer> counted = new ArrayList<>();
    run.at("/documents/byStatistic/entropy/counts").forEach(each -> counted.add(each.asInt()));
    assertThat(counted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(10);
  }

  @Test
  void differencesArePairedByDocument() {
    var both =
        Run.table(heads)
            .as("a")
            .join(Run.table(others).as("b"), "id")
            .filter("a.layer = b.layer and a.head = b.head and a.layer = 0 and a.head = 1")
            .selectExpr("cast(b.entropy as double) - cast(a.entropy as double) as difference");
    JsonNode differences = data.at("/differences");
    List<JsonNode> places =
        StreamSupport.stream(differences.get("heads").spliterator(), false).toList();
    int at = 0;
    while (places.get(at).get("layer").asInt() != 0 || places.get(at).get("head").asInt() != 1) {
      at++;
    }
    assertMean(differences.at("/byHead/entropy").get(at), both.collectAsList());
    assertThat(differences.get("ofDocuments").has("mean_distance")).isFalse();
    var table = Run.table(folder.resolve("report").resolve(ReportJob.DIFFERENCES));
    Row head =
        table
            .filter("statistic = 'entropy' and level = 'head' and layer = 0 and head = 1")
            .collectAsList()
            .get(0);
    double[] wanted = interval(both.collectAsList());
    assertThat(head.<Long>getAs("documents")).isEqualTo(both.count());
    assertThat(head.<Double>getAs("difference")).isCloseTo(wanted[0], within(1e-9));
    assertThat(head.<Double>getAs("low")).isCloseTo(wanted[0] - wanted[1], within(1e-9));
    assertThat(head.<Double>getAs("high")).isCloseTo(wanted[0] + wanted[1], within(1e-9));
    var layer = // every document has all heads, so means of means are means
        table
            .filter("statistic = 'entropy' and level = 'head' and layer = 1")
            .agg(avg("difference"))
            .first();
    assertThat(
            table
                .filter("statistic = 'entropy' and level = 'layer' and layer = 1")
                .first()
                .<Double>getAs("difference"))
        .isCloseTo(layer.getDouble(0), within(1e-9));
    assertThat(table.filter("level = 'document' and statistic = 'entropy'").count()).isEqualTo(1);
  }

  @Test
  void everyFigureSaysWhatItShows() throws IOException {
    assertThat(sections())
        .containsExactly(
            "overview",
            "heads",
            "layers",
            "sinks",
            "roles",
            "documents",
            "comparison",
            "words",
            "method");
    int figures = 0;
    for (String section : sections()) {
      click("tab-" + section);
      DomElement panel = page.getElementById("panel-" + section);
      assertThat(panel.getTextContent()).as(section).doesNotContain("undefined", "NaN", "[object");
      for (DomNode figure : panel.querySelectorAll("figure")) {
        figures++;
        DomElement chart = figure.querySelector(".chart");
        assertThat(chart.getAttribute("role")).isEqualTo("img");
        assertThat(chart.getAttribute("tabindex")).isEqualTo("0");
        assertThat(chart.getAttribute("aria-label")).as(section).hasSizeGreaterThan(30);
        assertThat(figure.querySelectorAll("svg")).as(section).hasSize(1);
        assertThat(figure.querySelector("figcaption").getTextContent()).contains("n = ");
      }
    }
    assertThat(figures).isGreaterThan(8);
    click("tab-heads");
    assertThat(text("#panel-heads figcaption")).contains("nats", "n = 10 documents", "95 %");
    assertThat(page.querySelector("#panel-heads table").getTextContent()).contains(" to ");
  }

  @Test
  void tabsChoicesAndSentencesTurn() throws IOException {
    click("tab-heads");
    assertThat(page.getElementById("tab-heads").getAttribute("aria-selected")).isEqualTo("true");
    assertThat(page.getElementById("tab-layers").getAttribute("aria-selected")).isEqualTo("false");
    assertThat(text("#panel-heads h3")).startsWith("entropy (nats)");
    choose("head-statistic", "mean_distance");
    assertThat(text("#panel-heads h3")).startsWith("mean distance (tokens)").contains("A: ");
    choose("head-run", "1");
    assertThat(text("#panel-heads")).contains("This run has no mean distance");
    click("tab-words");
    List<String> ids = new ArrayList<>();
    data.get("documents").forEach(each -> ids.add(each.get("id").asText()));
    choose("word-document", String.valueOf(ids.indexOf(HOSTILE)));
    JsonNode sentences = data.get("documents").get(ids.indexOf(HOSTILE)).get("sentences");
    assertThat(sentences.size()).isGreaterThan(1);
    assertThat(text("#sentence-place")).isEqualTo("Sentence 1 of " + sentences.size());
    click("sentence-after");
    assertThat(text("#sentence-place")).isEqualTo("Sentence 2 of " + sentences.size());
    String sentence = String.join("", sentences.get(1).findValuesAsText("text"));
    assertThat(HOSTILE_TEXT).contains(sentence);
    assertThat(text("#words")).isEqualTo(sentence);
    HtmlElement word = page.querySelector("#words span");
    double entropy = tokenEntropy(HOSTILE_TEXT.indexOf(sentence));
    String shown = word.getAttribute("title").replaceAll(".*: | nats", "");
    assertThat(Double.parseDouble(shown)).isCloseTo(entropy, within(1e-3 * entropy));
  }

  private static double tokenEntropy(int start) {
    Row row =
        Run.table(tokens)
            .filter(col("id").equalTo(HOSTILE))
            .filter(col("start").equalTo(start))
            .selectExpr("cast(entropy as double)")
            .first();
    return row.getDouble(0);
  }

  @Test
  void namesAndTextsAreNeverMarkup() throws IOException {
    for (String section : sections()) {
      click("tab-" + section);
    }
    assertThat(page.getTitleText()).isEqualTo("Attention statistics");
    assertThat(page.querySelectorAll("img")).isEmpty();
    assertThat(page.querySelectorAll("script")).hasSize(3);
    assertThat(text("#panel-documents")).contains(HOSTILE);
    assertThat(page.getElementById("words").getElementsByTagName("b")).isEmpty();
  }

  @Test
  void everyReasonAgainstAnInputIsTold() throws IOException {
    Path output = folder.resolve("refused");
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Path wrong = new Lines().add("key", "a", "entropy", 1.5).to(folder.resolve("wrong.jsonl"));
    Run run = report(output, heads + "," + heads + "," + wrong + "," + empty + ",no-such-table");
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .contains("are both of level head")
        .contains("it has no column 'id', but entropy, key")
        .contains("no-such-table: there is no such file")
        .contains(empty.toString());
    assertThat(output).doesNotExist();
    Run words = report(output, heads, "--documents", "d0,d1");
    assertThat(words.err()).contains("--documents needs the numbers of tokens");
    Run unknown = report(output, tokens, "--documents", "d0,nobody", "--texts", texts);
    assertThat(unknown.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("--documents nobody: ").doesNotContain("d0:");
    assertThat(report(output, tokens).err()).contains("name the documents with --texts");
    Run mixed = report(output, folder + "/{heads,others}");
    assertThat(mixed.err()).contains("of several models or mechanisms");
    assertThat(report(folder.resolve("report"), heads).err()).contains("exists");
    assertThat(report(heads.resolve("in"), heads).err()).contains("lies in the input");
  }

  @Test
  void documentsWithoutNumbersAreNoReport() {
    Path input = new Lines().add("id", "a", "text", " ").to(folder.resolve("blank.jsonl"));
    Path blank = folder.resolve("blank");
    Run.of(
        "attention-stats",
        "--input",
        input,
        "--output",
        blank,
        "--model",
        TINY,
        "--max-error-rate",
        1);
    Run run = report(folder.resolve("none"), blank);
    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("every row has an error, such as: the text is empty");
  }
}
