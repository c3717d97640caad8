package io.sparkattention.bench.findings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Findings, their verdicts, and the page that shows them. */
class FindingsPageTest {

  private static final Path DOCS =
      Path.of(System.getProperty("spark.attention.home", "..")).resolve("docs");

  private static List<Finding> log() throws IOException {
    return FindingsLog.read(DOCS.resolve("evidence").resolve("findings.jsonl"));
  }

  @Test
  void thePageShowsTheLogThatIsKept() throws IOException {
    String page = Files.readString(DOCS.resolve("findings.md"));
    assertThat(page)
        .as("stale: run bench/findings page")
        .isEqualTo(FindingsPage.written(page, log()));
    // Letters are as wide as a machine's fonts are: what a plot looks like is not compared.
    assertThat(FindingsPlots.of(log()).keySet())
        .allSatisfy(
            name -> {
              assertThat(DOCS.resolve("images").resolve(name)).exists();
              assertThat(page).contains("(images/" + name + ")");
            });
  }

  @Test
  void anIntervalIsThatOfStudent() {
    double[] documents = {1, 2, Double.NaN, 3, 4};
    Finding found = Finding.of("minilm", Quantity.BASIN, documents);
    assertThat(found.n()).isEqualTo(4);
    assertThat(found.mean()).isEqualTo(2.5);
    // The deviation is √(5/3), and t of 3 degrees of freedom 3.182446.
    assertThat(found.high() - found.mean())
        .isCloseTo(3.182446 * Math.sqrt(5.0 / 3 / 4), within(1e-5));
    assertThat(Finding.of("minilm", Quantity.BASIN, new double[] {1}).low()).isNaN();
    assertThat(Finding.ofJson(found.toJson())).isEqualTo(found);
  }

  @Test
  void verdictsFollowFromWholeIntervals() {
    Claim claim = claim("removable");
    assertThat(claim.of(model(Quantity.REMOVABLE_HEADS, 0.5, 0.6))).isEqualTo(Verdict.REPLICATED);
    assertThat(claim.of(model(Quantity.REMOVABLE_HEADS, 0.3, 0.6))).isEqualTo(Verdict.PARTLY);
    assertThat(claim.of(model(Quantity.REMOVABLE_HEADS, 0.1, 0.6))).isEqualTo(Verdict.CONTRADICTED);
    assertThat(claim.of(model(Quantity.BASIN, 0.1, 0.6))).isEqualTo(Verdict.NOT_MEASURED);
    Claim sign = claim("distance");
    assertThat(sign.of(model(Quantity.DISTANCE_RISE, -1, 1))).isEqualTo(Verdict.UNDECIDED);
    assertThat(sign.of(model(Quantity.DISTANCE_RISE, -2, -1))).isEqualTo(Verdict.CONTRADICTED);
    assertThat(sign.of(model(Quantity.DISTANCE_RISE, 1, 2))).isEqualTo(Verdict.REPLICATED);
  }

  private static Claim claim(String id) {
    return Claims.ALL.stream().filter(each -> each.id().equals(id)).findFirst().orElseThrow();
  }

  private static Numbers model(Quantity quantity, double low, double high) {
    Finding finding = new Finding("minilm", quantity.name(), 0, 0, 20, (low + high) / 2, low, high);
    return new Numbers("minilm", List.of(finding));
  }

  @Test
  void aPageMustShowEveryTable() {
    String page = "<!-- findings: summary -->\n<!-- end of findings -->\n";
    assertThatThrownBy(() -> FindingsPage.written(page, List.of()))
        .hasMessageContaining("the page leaves out documents, neighbours");
    assertThatThrownBy(() -> FindingsPage.written(page.replace("summary", "sums"), List.of()))
        .hasMessageContaining("no table 'sums'");
  }

  @Test
  void documentsAreSpreadEvenlyAndCutAfterAWord() {
    Map<String, String> all = new TreeMap<>();
    for (int i = 0; i < 10; i++) {
      all.put("speech-" + i, "text");
    }
    assertThat(Speeches.spread(all, 4))
        .containsOnlyKeys("speech-0", "speech-2", "speech-5", "speech-7");
    assertThat(Speeches.spread(all, 20)).hasSize(10);
    assertThat(Speeches.beginning("My fellow\n\ncitizens, hear me", 3))
        .isEqualTo("My fellow\n\ncitizens,");
    assertThat(Speeches.beginning("all of it", 0)).isEqualTo("all of it");
  }

  @Test
  void layersAreComparedByHalves() {
    double[][] heads = {{0, 2}, {1, 1}, {3, Double.NaN}, {5, 5}};
    assertThat(Columns.rise(heads)).isCloseTo(13 / 3.0 - 1, within(1e-12));
    assertThat(Columns.count(heads, 2)).isEqualTo(4);
    assertThat(Columns.share(new double[][] {{0.2, 0.4}}, 0.3)).isEqualTo(0.5);
  }
}
