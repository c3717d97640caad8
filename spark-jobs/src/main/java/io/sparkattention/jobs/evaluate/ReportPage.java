package io.sparkattention.jobs.evaluate;

import io.sparkattention.evaluate.Estimate;
import io.sparkattention.evaluate.PairedComparison;
import io.sparkattention.evaluate.PairedTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
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
    this.compared = evaluation.results().stream().anyMatch(r -> r.baseline().isPresent());
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
        .formatted(style(), subject(), table(), means(), items(), provenance());
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

  private String table() {
    List<String> head =
        compared
            ? List.of(
                "metric",
                "n",
                "predictions",
                "baseline",
                "difference",
                "better / worse / equal",
                "p, randomization",
                "p, t-test")
            : List.of("metric", "n", "missing", "mean", percent + " interval");
    return "<table>\n<thead>"
        + row("th", head.stream())
        + "</thead>\n<tbody>\n"
        + evaluation.results().stream()
            .map(result -> row("td", compared ? comparison(result) : alone(result)))
            .collect(Collectors.joining("\n"))
        + "\n</tbody>\n</table>\n"
        + "<p class=\"caption\">"
        + tableCaption()
        + "</p>";
  }

  private String tableCaption() {
    String intervals =
        "Intervals hold the middle %s of the means of %,d resamples of the items (percentile bootstrap, seed %d)."
            .formatted(
                percent, evaluation.test().bootstrap().resamples(), evaluation.test().seed());
    if (!compared) {
      return intervals;
    }
    return intervals
        + (" Differences are predictions minus baseline, item by item; p is two-sided, by a paired"
                + " randomization test (exact for up to %d items that differ, else %,d permutations)"
                + " and by a paired t-test, neither corrected for the number of metrics.")
            .formatted(PairedTest.EXACT, evaluation.test().permutations());
  }

  private static Stream<String> alone(MetricResult result) {
    Estimate mean = result.predictions().mean();
    return Stream.of(
        Html.escaped(result.column()),
        count(mean.n()),
        count(mean.missing()),
        Numbers.score(mean.mean()),
        Numbers.interval(mean));
  }

  private static Stream<String> comparison(MetricResult result) {
    PairedComparison test = result.comparison().orElseThrow();
    return Stream.of(
        Html.escaped(result.column()),
        count(test.difference().n()),
        withInterval(result.predictions().mean(), Numbers::score),
        withInterval(result.baseline().orElseThrow().mean(), Numbers::score),
        withInterval(test.difference(), Numbers::difference),
        test.better() + " / " + test.worse() + " / " + test.ties(),
        Html.escaped(Numbers.p(test.randomizationP())),
        Html.escaped(Numbers.p(test.tP())));
  }

  private static String withInterval(Estimate estimate, Function<Double, String> number) {
    return number.apply(estimate.mean())
        + "<br><span class=\"interval\">"
        + Numbers.interval(estimate)
        + "</span>";
  }

  private static String count(int count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static String row(String element, Stream<String> cells) {
    return cells
        .map(cell -> "<" + element + ">" + cell + "</" + element + ">")
        .collect(Collectors.joining("", "<tr>", "</tr>"));
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
        .map(result -> count(result.predictions().mean().n()))
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
                count(result.predictions().mean().n()),
                compared ? ": predictions solid, baseline dashed" : ""));
  }

  private static String differences(MetricResult result) {
    PairedComparison test = result.comparison().orElseThrow();
    return figure(
        Plots.differences(result),
        "Predictions minus baseline of %s items: %s better, %s worse, %s equal."
            .formatted(
                count(test.difference().n()),
                count(test.better()),
                count(test.worse()),
                count(test.ties())));
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
                            row(
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
