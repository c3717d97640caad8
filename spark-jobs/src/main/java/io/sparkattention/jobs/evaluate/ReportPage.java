package io.sparkattention.jobs.evaluate;

import io.sparkattention.evaluate.PairedComparison;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** An evaluation as one page that needs nothing beside itself: no script, no network. */
final class ReportPage {

  private static final String STYLE = "report.css";

  private final Evaluation evaluation;
  private final boolean compared;
  private final String percent;

  ReportPage(Evaluation evaluation) {
    this.evaluation = evaluation;
    this.compared = evaluation.compared();
    this.percent = Numbers.percent(evaluation.test().bootstrap().confidence());
  }

  String html() {
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Evaluation</title>
    <style>
    %s</style>
    </head>
    <body>
    <h1>Evaluation</h1>
    %s
    <h2>Results</h2>
    %s
    <h2>Means</h2>
    %s
    %s
    <h2>How it was made</h2>
    %s
    </body>
    </html>
    """
        .formatted(
            style(), subject(), new ReportTable(evaluation).html(), means(), items(), provenance());
  }

  private String subject() {
    String notes =
        evaluation.notes().stream()
            .map(note -> "<li>" + Html.escaped(note) + "</li>")
            .collect(Collectors.joining("\n"));
    return "<p class=\"runs\">"
        + key("predictions", "●")
        + location("predictions")
        + (compared ? "<br>" + key("baseline", "◆") + location("baseline") : "")
        + "</p>\n"
        + (notes.isEmpty() ? "" : "<ul>\n" + notes + "\n</ul>");
  }

  private static String key(String run, String mark) {
    return "<span class=\"" + run + "\">" + mark + " " + run + "</span> ";
  }

  private String location(String option) {
    return "<code>" + Html.escaped(evaluation.settings().getOrDefault(option, "")) + "</code>";
  }

  private String means() {
    List<MetricResult> shown = shown();
    return shown.isEmpty()
        ? "<p>No item could be scored: the errors are in the rows.</p>"
        : figure(
            Plots.means(shown),
            "Means with their " + percent + " intervals; n = " + items(shown) + ".");
  }

  /** Results that are plotted and that have a score. */
  private List<MetricResult> shown() {
    return evaluation.plots().stream().filter(r -> r.predictions().mean().n() > 0).toList();
  }

  private static String items(List<MetricResult> results) {
    return results.stream()
        .map(result -> Numbers.count(result.predictions().mean().n()))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private String items() {
    List<MetricResult> shown = shown();
    if (!compared) {
      if (shown.isEmpty()) {
        return "";
      }
      String figures = shown.stream().map(this::distribution).collect(Collectors.joining());
      return "<h2>Item by item</h2>\n<div class=\"pair\">" + figures + "</div>";
    }
    return shown.stream()
        .map(
            result ->
                "<h2>"
                    + Html.escaped(result.column())
                    + ", item by item</h2>\n<div class=\"pair\">"
                    + distribution(result)
                    + differences(result)
                    + "</div>")
        .collect(Collectors.joining("\n"));
  }

  private String distribution(MetricResult result) {
    return figure(
        Plots.distribution(result),
        "Share of the %s items that score at most so much%s."
            .formatted(
                Numbers.count(result.predictions().mean().n()),
                compared ? ": predictions thick, baseline thin" : ""));
  }

  private static String differences(MetricResult result) {
    PairedComparison test = result.comparison().orElseThrow();
    return figure(
        Plots.differences(result),
        "Predictions minus baseline of %s items: %s better, %s worse, %s equal."
            .formatted(
                Numbers.count(test.difference().n()),
                Numbers.count(test.better()),
                Numbers.count(test.worse()),
                Numbers.count(test.ties())));
  }

  private static String figure(String svg, String caption) {
    return "<figure>" + svg + "<figcaption>" + caption + "</figcaption></figure>\n";
  }

  private String provenance() {
    return Stream.of(evaluation.settings(), evaluation.versions())
        .map(
            values ->
                values.entrySet().stream()
                    .map(
                        each ->
                            Html.row(
                                "td",
                                Stream.of(
                                    Html.escaped(each.getKey()), Html.escaped(each.getValue()))))
                    .collect(Collectors.joining("\n", "<table class=\"plain\">\n", "\n</table>")))
        .collect(Collectors.joining("\n", "<div class=\"pair\">", "</div>"));
  }

  private static String style() {
    try (InputStream style = ReportPage.class.getResourceAsStream(STYLE)) {
      return new String(style.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
