package io.sparkattention.jobs.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.cli.SparkAttention;
import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.measure.AtBudget;
import io.sparkattention.measure.Measurement;
import io.sparkattention.measure.Quantity;
import io.sparkattention.measure.Subject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a page says of measurements. */
class MeasuredPageTest {

  private static final Path HOME = Path.of(System.getProperty("spark.attention.home", ".."));

  @TempDir Path folder;

  private static Subject cost(String spec, int length) {
    return new Subject(
        "cost", spec, 0, "cpu", "fp32", "causal", 1, 12, 12, 32, "generated", length);
  }

  private static Measurement recall(String mechanism, int budget, double mean) {
    Subject subject =
        new Subject(
            "fidelity",
            mechanism + ":keys=" + budget,
            budget,
            "cpu",
            "fp32",
            "bidirectional",
            1,
            12,
            12,
            32,
            "minilm, long",
            512);
    return Measurement.lowIsWorse(subject, Quantity.RECALL, new double[] {mean, mean});
  }

  private static List<Measurement> measurements() {
    List<Measurement> all = new ArrayList<>();
    for (int length : new int[] {1_024, 2_048}) {
      double[] times = {length / 100.0, length / 90.0, length / 110.0};
      all.add(Measurement.median(cost("torch-sdpa", length), Quantity.MILLISECONDS, times));
      all.add(Measurement.of(cost("torch-sdpa", length), Quantity.SPEEDUP, 1));
      all.add(Measurement.median(cost("hip:k=8", length), Quantity.MILLISECONDS, times));
      all.add(Measurement.of(cost("hip:k=8", length), Quantity.SPEEDUP, 2.5));
    }
    all.add(Measurement.none(cost("eager", 2_048), "would take about 9 GB"));
    for (int budget : new int[] {2, 16}) {
      all.add(recall("random-keys", budget, 1.0 / budget));
      all.add(recall("hip", budget, budget == 2 ? 0.9 : 0.05));
    }
    return all;
  }

  @Test
  void aPageShowsNumbersRefusalsAndWhatRandomKeysBeat() {
    String page = MeasuredPage.of(new Measured(measurements()));
    assertThat(page)
        .contains("| `hip:k=8` | 20.5 (18.6–22.8) | 2.50 |")
        .contains("would take about 9 GB")
        .contains("minilm, long at 1/16: 0.050, random 0.063")
        .doesNotContain("at 1/2: 0.900")
        .doesNotContain("Measured over shorter texts alone");
    List<Measurement> more = measurements();
    double[] times = {0.0305, 0.0306, 0.0307, 0.0308, 0.0309};
    more.add(Measurement.median(cost("lsh", 128), Quantity.MILLISECONDS, times));
    more.add(Measurement.of(cost("lsh", 128), Quantity.SPEEDUP, 1.5));
    String longer = MeasuredPage.of(new Measured(more));
    assertThat(longer.substring(longer.indexOf("Measured over shorter texts alone")))
        .contains("| `lsh` | 128 | ")
        .contains(" | 1.50 | ");
    assertThat(MeasuredPage.of(new Measured(List.of()))).isEmpty();
  }

  @Test
  void linesOfALogAreTheMeasurementsThatWereWritten() throws IOException {
    List<Measurement> all = measurements();
    Path log = folder.resolve("log.jsonl");
    Files.writeString(log, "{\"machine\": \"this one\"}\n");
    Files.write(log, all.stream().map(Measurement::toJson).toList(), StandardOpenOption.APPEND);
    Measured read = Measured.ofLogs(List.of(log));
    assertThat(read.all()).hasSameSizeAs(all);
    assertThat(MeasuredPage.of(read)).isEqualTo(MeasuredPage.of(new Measured(all)));
  }

  @Test
  void theCommandWritesAPageAndItsPlots() throws IOException {
    Path log = folder.resolve("log.jsonl");
    Files.write(log, measurements().stream().map(Measurement::toJson).toList());
    Path page = folder.resolve("page.md");
    Files.writeString(page, "# Page\n\n<!-- table: measurements -->\n\n<!-- end -->\n");
    StringWriter out = new StringWriter();
    PrintWriter to = new PrintWriter(out, true);
    String[] arguments = {
      "bench", "attention", "--from", log.toString(), "--page", page.toString()
    };
    assertThat(SparkAttention.execute(to, to, arguments)).as("%s", out).isEqualTo(ExitCode.DONE);
    assertThat(page).content().startsWith("# Page").contains("`hip:k=8`").endsWith("end -->\n");
    try (Stream<Path> plots = Files.list(folder.resolve("images"))) {
      assertThat(plots).hasSize(2);
    }
  }

  @Test
  void unknownPartsAndMechanismsAreRefusedTogether() {
    StringWriter out = new StringWriter();
    PrintWriter to = new PrintWriter(out, true);
    String[] arguments = {"bench", "attention", "--parts", "speed", "--mechanisms", "hap;dense"};
    assertThat(SparkAttention.execute(to, to, arguments)).isEqualTo(ExitCode.USAGE);
    assertThat(out.toString()).contains("no 'speed'").contains("unknown attention 'hap'");
  }

  /** What reads a pattern of positions, whatever the keys hold. */
  private static final Set<String> PATTERNS =
      Set.of(
          "block-diagonal",
          "block-sparse",
          "head-split",
          "local-sparse-global",
          "power-of-two",
          "sink-window",
          "transient-global",
          "window-global");

  @Test
  void whatChoosesByContentBeatsRandomKeysOrThePageSaysWhy() throws IOException {
    Measured logs = Measured.ofLogs(logs());
    String page = Files.readString(HOME.resolve("docs").resolve("mechanisms.md"));
    String reasons = page.substring(page.indexOf("### What they miss, and why"));
    assertThat(FidelitySections.beatenByRandom(logs).keySet())
        .allSatisfy(mechanism -> assertThat(reasons).contains("\n- `" + mechanism + "`"));
    Measured minilm = logs.where(subject -> subject.on().equals("minilm, natural"));
    Set<String> byContent = new TreeSet<>(AtBudget.mechanisms());
    byContent.removeAll(PATTERNS);
    assertThat(minilm.mechanisms()).as("measured or refused").containsAll(byContent);
    assertThat(FidelitySections.beatenByRandom(logs).keySet())
        .doesNotContainAnyElementsOf(byContent);
  }

  @Test
  void thePageOfMechanismsShowsTheLogsThatAreKept() throws IOException {
    assertThat(HOME.resolve("docs").resolve("mechanisms.md"))
        .content()
        .as("stale: run bench attention --from LOGS --page docs/mechanisms.md")
        .contains(MeasuredPage.of(Measured.ofLogs(logs())));
  }

  private static List<Path> logs() throws IOException {
    try (Stream<Path> files = Files.list(HOME.resolve("docs").resolve("evidence"))) {
      return files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList();
    }
  }
}
