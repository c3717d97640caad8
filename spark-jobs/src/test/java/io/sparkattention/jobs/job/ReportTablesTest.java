package io.sparkattention.jobs.job;

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
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
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

/** The tables of a whole corpus on the page, beside the rows that they follow from. */
class ReportTablesTest {

  private static final String TINY = "classpath:golden/bert-sentence-transformer";
  private static final int DOCUMENTS = 10;

  @TempDir static Path folder;

  private static Path texts;
  private static Path heads;
  private static Path tokens;
  private static Path pairs;
  private static WebClient browser;
  private static HtmlPage page;
  private static JsonNode data;

  @BeforeAll
  static void open() throws IOException {
    Lines lines = new Lines();
    for (int d = 0; d < DOCUMENTS; d++) {
      String more = " Then it goes on, and on.".repeat(1 + d * d % 7);
      lines.add("id", "d" + d, "text", "Document " + d + " begins here." + more);
    }
    texts = lines.to(folder.resolve("texts.jsonl"));
    heads = statistics("head", "entropy,sink-rate,mean-distance", "outliers,agreement");
    tokens = statistics("token", "entropy,received-attention,token-ablation", "agreement");
    pairs = statistics("pair", "head-divergence", "clusters");
    Path output = folder.resolve("report");
    Run run =
        report(
            output,
            heads + "," + tokens + "," + pairs,
            "--texts",
            texts,
            "--documents",
            "d0,d1",
            "--compare",
            pairs + "," + heads);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    browser = new WebClient(BrowserVersion.CHROME); // a script that throws fails the test
    browser.getOptions().setCssEnabled(false);
    page = browser.loadHtmlCodeIntoCurrentWindow(Files.readString(output.resolve("index.html")));
    data = new ObjectMapper().readTree(page.getElementById("data").getTextContent());
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private static Path statistics(String level, String statistics, String tables) {
    Path output = folder.resolve(level);
    Run run =
        Run.of(
            "attention-stats",
            "--input",
            texts,
            "--output",
            output,
            "--model",
            TINY,
            "--level",
            level,
            "--statistics",
            statistics,
            "--tables",
            tables);
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

  private static String text(String selector) {
    return page.querySelector(selector).getTextContent();
  }

  @Test
  void flagsAreThoseOfTheTable() throws IOException {
    JsonNode run = data.at("/runs/0");
    var flagged = Run.table(heads.resolve("_outliers"));
    Row farthest = flagged.orderBy(col("deviation").desc_nulls_last(), col("id")).first();
    JsonNode flag = run.at("/flags/farthest/0");
    assertThat(run.at("/flags/documents").asLong())
        .isEqualTo(flagged.filter("outlier is not null").count());
    assertThat(flag.get("id").asText()).isEqualTo(farthest.<String>getAs("id"));
    assertThat(flag.get("deviation").asDouble())
        .isCloseTo(farthest.<Double>getAs("deviation"), within(1e-4));
    click("tab-documents");
    assertThat(text("#panel-documents")).contains("By their heads: the ", "By means over heads: ");
  }

  @Test
  void agreementStandsBesideStatistics() throws IOException {
    JsonNode run = data.at("/runs/0");
    Row agreement =
        Run.table(tokens.resolve("_agreement"))
            .filter("statistic = 'received_attention' and other = 'token_ablation'")
            .first();
    JsonNode shown =
        StreamSupport.stream(run.at("/agreements/0/pairs").spliterator(), false)
            .filter(each -> each.get("statistic").asText().equals("received_attention"))
            .filter(each -> each.get("other").asText().equals("token_ablation"))
            .findFirst()
            .orElseThrow();
    assertThat(shown.at("/correlation/0").asLong()).isEqualTo(agreement.<Long>getAs("documents"));
    double rho = agreement.getAs("correlation");
    assertThat(shown.at("/correlation/1").asDouble()).isCloseTo(rho, within(1e-5));
    assertThat(shown.at("/correlation/2").asDouble())
        .isCloseTo(agreement.<Double>getAs("high") - rho, within(1e-5));
    String says = "ranks the tokens of a document as token ablation does with ρ = ";
    click("tab-agreement");
    assertThat(text("#panel-agreement")).contains("Rank correlation with token ablation", "n");
    click("tab-words");
    choose("word-statistic", "1");
    assertThat(text("#word-agreement")).contains(says, "n = 10 documents");
    choose("word-statistic", "2");
    assertThat(text("#word-agreement")).contains("asks the model itself");
    choose("word-statistic", "0");
    assertThat(text("#panel-overview")).contains("A: It " + says);
    assertThat(data.at("/runs/1/agreements").findValuesAsText("level")).containsExactly("head");
  }

  @Test
  void groupsAreThoseOfTheTable() throws IOException {
    JsonNode run = data.at("/runs/0");
    JsonNode groups = run.at("/groups/0");
    var clusters = Run.table(pairs.resolve("_clusters"));
    assertThat(groups.get("documents").asInt()).isEqualTo(10);
    assertThat(groups.get("heads").size()).isEqualTo((int) clusters.count());
    for (int i = 0; i < groups.get("heads").size(); i++) {
      JsonNode head = groups.get("heads").get(i);
      String place = "layer = " + head.get("layer") + " and head = " + head.get("head");
      assertThat(groups.get("groups").get(i).asInt())
          .isEqualTo(clusters.filter(place).first().<Integer>getAs("cluster"));
    }
    click("tab-roles");
    assertThat(text("#panel-roles")).contains("Groups of heads by head divergence", "silhouette");
  }

  @Test
  void figuresSayWhatTheyShow() throws IOException {
    for (String section : new String[] {"agreement", "roles", "documents"}) {
      click("tab-" + section);
      DomElement panel = page.getElementById("panel-" + section);
      assertThat(panel.getTextContent()).as(section).doesNotContain("undefined", "NaN", "[object");
      for (DomNode figure : panel.querySelectorAll("figure")) {
        DomElement chart = figure.querySelector(".chart");
        assertThat(chart.getAttribute("role")).isEqualTo("img");
        assertThat(chart.getAttribute("aria-label")).as(section).hasSizeGreaterThan(30);
        assertThat(figure.querySelectorAll("svg")).as(section).hasSize(1);
        assertThat(figure.querySelector("figcaption").getTextContent()).contains("n = 10");
      }
    }
    assertThat(page.querySelectorAll("#panel-agreement figure")).hasSize(3); // B has heads alone
  }

  @Test
  void tableWithoutItsColumnsIsRefused() {
    Path output = folder.resolve("refused");
    Path strange = folder.resolve("strange");
    Run.table(heads).write().parquet(strange.toString());
    Run.table(heads).select("id").write().parquet(strange.resolve("_agreement").toString());
    assertThat(report(output, strange).err())
        .contains("_agreement cannot be shown: it lacks one of the columns statistic, other");
  }

  @Test
  void documentsOfATableOpenTheirWords() throws IOException {
    click("tab-documents");
    HtmlElement link =
        page.querySelectorAll("#panel-documents button.link").stream()
            .map(HtmlElement.class::cast)
            .filter(each -> each.getTextContent().equals("d0"))
            .findFirst()
            .orElseThrow();
    link.click();
    assertThat(page.getElementById("tab-words").getAttribute("aria-selected")).isEqualTo("true");
    int chosen =
        Integer.parseInt(
            ((HtmlSelect) page.getElementById("word-document"))
                .getSelectedOptions()
                .get(0)
                .getValueAttribute());
    assertThat(data.get("documents").get(chosen).get("id").asText()).isEqualTo("d0");
    assertThat(text("#words")).startsWith("Document 0");
  }
}
