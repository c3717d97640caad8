package io.sparkattention.jobs.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Arrays;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Lines and points over two axes, to be shown in a notebook. Series differ by marker and dash as
 * well as by colour.
 */
public final class LinePlot {

  /**
   * How a series is drawn; the colours are those of Okabe and Ito that are dark enough on white.
   */
  private enum Look {
    BLUE(0x0072B2, SeriesMarkers.CIRCLE),
    VERMILION(0xD55E00, SeriesMarkers.DIAMOND, 8, 5),
    GREEN(0x007A5A, SeriesMarkers.SQUARE, 2, 5),
    PURPLE(0xAA4499, SeriesMarkers.TRIANGLE_UP, 10, 4, 2, 4),
    GREY(0x555555, SeriesMarkers.TRIANGLE_DOWN, 14, 6),
    BROWN(0x8C6510, SeriesMarkers.CROSS, 4, 3);

    private final Color color;
    private final Marker marker;
    private final BasicStroke stroke;

    Look(int color, Marker marker, float... dash) {
      this.color = new Color(color);
      this.marker = marker;
      int cap = BasicStroke.CAP_BUTT;
      int join = BasicStroke.JOIN_ROUND;
      this.stroke =
          dash.length == 0 ? PlotStyle.SOLID : new BasicStroke(2.2f, cap, join, 1, dash, 0);
    }
  }

  private static final Color CLEAR = new Color(0, 0, 0, 0);
  private static final String NO_WIDTH = "\u200b";
  private static final int WIDTH = 640;
  private static final int HEIGHT = 380;

  private final String title;
  private final XYChart chart;
  private boolean doublings;
  private boolean logarithmic;

  /**
   * An empty plot.
   *
   * @param title says what it shows; no other plot of the notebook has the same
   * @param xTitle what the x axis is, with its unit
   * @param yTitle what the y axis is, with its unit
   */
  public LinePlot(String title, String xTitle, String yTitle) {
    this.title = title;
    this.chart = PlotStyle.chart(WIDTH, HEIGHT, xTitle, yTitle);
    chart.setTitle(title);
    XYStyler style = chart.getStyler();
    style.setChartTitleVisible(true).setChartTitleBoxVisible(false);
    style.setChartTitleFont(PlotStyle.FONT.deriveFont(Font.BOLD, 14f)).setChartTitlePadding(8);
    style.setLegendVisible(true).setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal).setLegendFont(PlotStyle.FONT.deriveFont(13f));
    style.setLegendBackgroundColor(CLEAR).setLegendBorderColor(CLEAR); // it touches the axis
    style.setLegendSeriesLineLength(36);
    style.setErrorBarsColorSeriesColor(true);
    style.setAxisTitleFont(PlotStyle.FONT.deriveFont(13f));
    style.setAxisTickLabelsFont(PlotStyle.FONT.deriveFont(13f));
  }

  /**
   * Adds points joined in their order.
   *
   * @throws IllegalArgumentException if there is nothing to draw, or no look is left for it
   */
  public LinePlot line(String name, double[] x, double[] y) {
    add(name, x, y, null);
    return this;
  }

  /**
   * Adds points joined in their order, each with a bar as long as its margin up and down.
   *
   * @throws IllegalArgumentException if there is nothing to draw, or no look is left for it
   */
  public LinePlot line(String name, double[] x, double[] y, double[] margins) {
    if (margins.length != y.length) {
      throw new IllegalArgumentException(
          "series '" + name + "' has " + y.length + " y and " + margins.length + " margins");
    }
    add(name, x, y, margins);
    return this;
  }

  /**
   * Adds points that are not joined.
   *
   * @throws IllegalArgumentException if there is nothing to draw, or no look is left for it
   */
  public LinePlot points(String name, double[] x, double[] y) {
    add(name, x, y, null).setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    return this;
  }

  /** Has the y axis reach from one value to another, whatever is drawn. */
  public LinePlot yRange(double from, double to) {
    chart.getStyler().setYAxisMin(from).setYAxisMax(to);
    return this;
  }

  /** Has equal steps of the x axis stand for doublings; to be said before anything is added. */
  public LinePlot doublings() {
    doublings = true;
    XYStyler style = chart.getStyler();
    style.setXAxisTickMarkSpacingHint(40);
    style.setxAxisTickLabelsFormattingFunction(LinePlot::power);
    return this;
  }

  /** Has the names of the series stand beside the plot, where there is room for long ones. */
  public LinePlot namesBeside() {
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setLegendLayout(LegendLayout.Vertical);
    return this;
  }

  /** Has equal steps of the y axis stand for doublings; to be said before anything is added. */
  public LinePlot logarithmic() {
    logarithmic = true;
    chart.getStyler().setyAxisTickLabelsFormattingFunction(LinePlot::power);
    return this;
  }

  /** A power of two; nothing seen between, which differs, as labels must. */
  private static String power(double exponent) {
    long whole = Math.round(exponent);
    if (Math.abs(exponent - whole) > 1e-6) {
      return NO_WIDTH.repeat(1 + Math.floorMod(Math.round(8 * exponent), 1_000));
    }
    return whole < 0
        ? "1/" + (1L << -whole)
        : whole < 10 ? String.valueOf(1L << whole) : (1L << whole - 10) + "K";
  }

  private static double[] powers(double[] values) {
    return Arrays.stream(values).map(value -> Math.log(value) / Math.log(2)).toArray();
  }

  /** Without bars where margins are null. */
  private XYSeries add(String name, double[] first, double[] second, double[] margins) {
    double[] x = doublings ? powers(first) : first;
    double[] y = logarithmic ? powers(second) : second;
    int number = chart.getSeriesMap().size();
    if (number == Look.values().length) {
      throw new IllegalArgumentException(
          "series '" + name + "': a plot has at most " + number + ", draw another one");
    }
    if (x.length == 0 || x.length != y.length) {
      throw new IllegalArgumentException(
          "series '" + name + "' has " + x.length + " x and " + y.length + " y: give as many");
    }
    Look look = Look.values()[number];
    XYSeries series = chart.addSeries(name, x, y, margins);
    series.setMarker(look.marker).setMarkerColor(look.color);
    series.setLineColor(look.color).setLineStyle(look.stroke);
    return series;
  }

  /** The plot as an element of HTML. */
  public String svg() {
    return PlotStyle.svg(chart, title);
  }
}
