package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.htmlunit.BrowserVersion;
import org.htmlunit.WebClient;
import org.htmlunit.html.HtmlPage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report of numbers of documents alone. */
class DocumentsReportTest {

  @TempDir Path folder;

  /** Massive activations are those of a text, not of its heads. */
  @Test
  void sinksOfWholeDocumentsAreShown() throws IOException {
    Path statistics = folder.resolve("statistics");
    Path report = folder.resolve("report");
    done(
        Run.of(
            "attention-stats",
            "--input",
            Lines.documents(9).to(folder.resolve("texts.jsonl")),
            "--output",
            statistics,
            "--model",
            "classpath:golden/bert-sentence-transformer",
            "--level",
            "document",
            "--statistics",
            "massive-activations,mean-distance"));
    done(Run.of("report", "--input", statistics, "--output", report));
    try (WebClient browser = new WebClient(BrowserVersion.CHROME)) {
      browser.getOptions().setCssEnabled(false);
      HtmlPage page =
          browser.loadHtmlCodeIntoCurrentWindow(Files.readString(report.resolve("index.html")));
      page.getElementById("tab-sinks").click();
      assertThat(page.getElementById("panel-sinks").getTextContent())
          .contains("of whole documents", "massive activations", "±")
          .doesNotContain("mean distance", "undefined", "NaN");
    }
  }

  private static void done(Run run) {
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
  }
}
