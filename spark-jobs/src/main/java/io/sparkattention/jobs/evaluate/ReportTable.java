package io.sparkattention.jobs.evaluate;

import io.sparkattention.evaluate.Estimate;
import io.sparkattention.evaluate.PairedComparison;
import io.sparkattention.evaluate.PairedTest;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table of a report: a row a metric, with what its numbers are below. */
final class ReportTable {

  private final Evaluation evaluation;
  private final boolean compared;
  private final String percent;

  ReportTable(Evaluation evaluation) {
    this.evaluation = evaluation;
    this.compared = evaluation.compared();
    this.percent = Numbers.percent(evaluation.test().bootstrap().confidence());
  }

  String html() {
    List<String> head =
        compared
            ? List.of(
                "metric",
                "n",
                "predictions",
                "baseline",
                "difference",
                "better /<br>worse /<br>equal",
                "p, random-<br>ization",
                "p,<br>t-test")
            : List.of("metric", "n", "missing", "mean", percent + " interval");
    return "<div class=\"wide\"><table>\n<thead>"
        + Html.row("th", head.stream())
        + "</thead>\n<tbody>\n"
        + evaluation.results().stream()
            .map(result -> Html.row("td", compared ? comparison(result) : alone(result)))
            .collect(Collectors.joining("\n"))
        + "\n</tbody>\n</table></div>\n"
        + "<p class=\"caption\">"
        + caption()
        + "</p>";
  }

  private String caption() {
    String intervals =
        "Intervals hold the middle %s of the means of %s resamples of the items (percentile bootstrap, seed %d)."
            .formatted(
                percent,
                Numbers.count(evaluation.test().bootstrap().resamples()),
                evaluation.test().seed());
    if (!compared) {
      return intervals;
    }
    return intervals
        + (" Differences are predictions minus baseline, item by item; p is two-sided, by a paired"
                + " randomization test (exact for up to %d items that differ, else %s permutations)"
                + " and by a paired t-test, neither corrected for the number of metrics.")
            .formatted(PairedTest.EXACT, Numbers.count(evaluation.test().permutations()));
  }

  private static Stream<String> alone(MetricResult result) {
    Estimate mean = result.predictions().mean();
    return Stream.of(
        Html.escaped(result.column()),
        Numbers.count(mean.n()),
        Numbers.count(mean.missing()),
        Numbers.score(mean.mean()),
        Numbers.interval(mean));
  }

  private static Stream<String> comparison(MetricResult result) {
    PairedComparison test = result.comparison().orElseThrow();
    return Stream.of(
        Html.escaped(result.column()),
        Numbers.count(test.difference().n()),
        withInterval(result.predictions().mean(), Numbers::score),
        withInterval(result.baseline().orElseThrow().mean(), Numbers::score),
        withInterval(test.difference(), Numbers::difference),
        Numbers.count(test.better())
            + " / "
            + Numbers.count(test.worse())
            + " / "
            + Numbers.count(test.ties()),
        Html.escaped(Numbers.p(test.randomizationP())),
        Html.escaped(Numbers.p(test.tP())));
  }

  private static String withInterval(Estimate estimate, Function<Double, String> number) {
    return number.apply(estimate.mean())
        + "<br><span class=\"interval\">"
        + Numbers.interval(estimate)
        + "</span>";
  }
}
