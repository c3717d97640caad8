package io.sparkattention.jobs.evaluate;

import io.sparkattention.evaluate.Estimate;
import io.sparkattention.jobs.evaluate.MetricResult.RunResult;
import io.sparkattention.jobs.plot.PlotStyle;
import java.awt.BasicStroke;
import java.awt.Color;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The plots of a report. Predictions and baseline differ by shape and width, not only by colour.
 */
final class Plots {

  /** How a run is drawn. */
  private enum Look {
    PREDICTIONS(PlotStyle.BLUE, PlotStyle.THICK, SeriesMarkers.CIRCLE, 1),
    BASELINE(PlotStyle.ORANGE, PlotStyle.THIN, SeriesMarkers.DIAMOND, -1);

    private final Color color;
    private final BasicStroke line;
    private final Marker marker;
    private final int side;

    Look(Color color, BasicStroke line, Marker marker, int side) {
      this.color = color;
      this.line = line;
      this.marker = marker;
      this.side = side;
    }
  }

  private static final double OFFSET = 0.16; // of the two runs of a metric from its line
  private static final int MOST_POINTS = 400; // of a curve; more cannot be told apart

  private Plots() {}

  /** Means with their intervals, a line a metric. */
  static String means(List<MetricResult> results) {
    XYChart chart = PlotStyle.chart(960, 70 + 48 * results.size(), "mean", "");
    int last = results.size() - 1;
    XYStyler style = chart.getStyler();
    style.setYAxisMin(-0.5).setYAxisMax(last + 0.5);
    style.setPlotGridHorizontalLinesVisible(false).setYAxisTickMarkSpacingHint(20);
    style.setyAxisTickLabelsFormattingFunction(place -> label(place, results));
    for (int i = 0; i <= last; i++) {
      MetricResult result = results.get(i);
      double line = last - i;
      double offset = result.baseline().isPresent() ? OFFSET : 0;
      addMean(chart, result.predictions(), line, offset, Look.PREDICTIONS);
      result.baseline().ifPresent(run -> addMean(chart, run, line, offset, Look.BASELINE));
    }
    double[] ends =
        results.stream().flatMap(Plots::estimates).flatMapToDouble(Plots::ends).toArray();
    double high = DoubleStream.of(ends).max().orElse(1);
    style.setXAxisMin(Math.min(0, DoubleStream.of(ends).min().orElse(0)));
    style.setXAxisMax(high <= 0 ? 1 : high * 1.03);
    return PlotStyle.svg(chart, "Means of the metrics with their intervals");
  }

  /** The metric of a place on the axis; blanks between, which differ, since labels must. */
  private static String label(double place, List<MetricResult> results) {
    double i = results.size() - 1 - place;
    boolean between = Math.abs(i - Math.rint(i)) > 1e-6 || i < -0.4 || i > results.size() - 0.6;
    return between
        ? " ".repeat(3 + (int) Math.round(2 * place))
        : results.get((int) Math.rint(i)).column();
  }

  private static Stream<Estimate> estimates(MetricResult result) {
    return Stream.concat(
        Stream.of(result.predictions().mean()), result.baseline().map(RunResult::mean).stream());
  }

  private static DoubleStream ends(Estimate estimate) {
    return DoubleStream.of(estimate.low(), estimate.mean(), estimate.high())
        .filter(end -> !Double.isNaN(end));
  }

  private static void addMean(XYChart chart, RunResult run, double line, double offset, Look look) {
    Estimate mean = run.mean();
    double[] y = {line + offset * look.side, line + offset * look.side};
    String name = run.scores().column() + " " + look.name();
    if (!Double.isNaN(mean.low())) {
      double[] x = {mean.low(), mean.high()};
      style(chart.addSeries(name + " interval", x, y), look.color, PlotStyle.SOLID);
    }
    if (!Double.isNaN(mean.mean())) {
      XYSeries dot = chart.addSeries(name, new double[] {mean.mean()}, new double[] {y[0]});
      dot.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
      dot.setMarker(look.marker);
      dot.setMarkerColor(look.color);
    }
  }

  /** How the scores of items are spread: the share of items that score at most so much. */
  static String distribution(MetricResult result) {
    XYChart chart = PlotStyle.chart(470, 280, result.column(), "share of items");
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setYAxisDecimalPattern("0 %");
    PlotStyle.addUnseen(chart, new double[] {0, 0, 1}, result.predictions().mean().mean());
    addShares(chart, result.predictions(), Look.PREDICTIONS);
    result.baseline().ifPresent(run -> addShares(chart, run, Look.BASELINE));
    return PlotStyle.svg(chart, "Share of items by " + result.column());
  }

  private static void addShares(XYChart chart, RunResult run, Look look) {
    double[] sorted = run.sorted();
    if (sorted.length == 0) {
      return;
    }
    int points = Math.min(MOST_POINTS, sorted.length);
    double[] x = new double[points + 1];
    double[] y = new double[points + 1];
    x[0] = sorted[0];
    for (int i = 1; i <= points; i++) {
      int items = (int) ((long) i * sorted.length / points);
      x[i] = sorted[items - 1];
      y[i] = (double) items / sorted.length;
    }
    XYSeries series = chart.addSeries(look.name(), x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Step);
    style(series, look.color, look.line);
  }

  /** Predictions minus baseline of each item, the greatest loss first. */
  static String differences(MetricResult result) {
    double[] sorted = result.differences();
    XYChart chart = PlotStyle.chart(470, 280, "items, sorted", "difference");
    int points = Math.min(MOST_POINTS, sorted.length);
    if (points > 0 && sorted[0] < 0) {
      addBars(chart, sorted, points, PlotStyle.ORANGE, false);
    }
    if (points > 0 && sorted[sorted.length - 1] > 0) {
      addBars(chart, sorted, points, PlotStyle.BLUE, true);
    }
    return PlotStyle.svg(chart, "Differences in " + result.column() + " of the items, sorted");
  }

  /** Gains, or losses, as the steps of a filled line that is 0 at the others. */
  private static void addBars(
      XYChart chart, double[] sorted, int points, Color color, boolean gains) {
    double[] x = new double[points + 1];
    double[] y = new double[points + 1];
    for (int i = 0; i <= points; i++) {
      int item = (int) Math.min(sorted.length - 1L, (long) i * sorted.length / points);
      x[i] = i == points ? sorted.length : item;
      y[i] = gains ? Math.max(0, sorted[item]) : Math.min(0, sorted[item]);
    }
    XYSeries series = chart.addSeries(gains ? "better" : "worse", x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.StepArea);
    style(series, color, PlotStyle.HAIR);
    series.setFillColor(PlotStyle.lighter(color));
  }

  private static void style(XYSeries series, Color color, BasicStroke line) {
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(line);
  }
}
