package io.sparkattention.jobs.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGGraphics2DIOException;
import org.apache.batik.svggen.SVGIDGenerator;
import org.apache.batik.util.SVGConstants;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * How plots look: little ink beside the data, and colours that can be told apart with any kind of
 * colour blindness (Okabe and Ito, Color Universal Design, 2008).
 */
public final class PlotStyle {

  public static final Color BLUE = new Color(0x0072B2);
  public static final Color ORANGE = new Color(0xD55E00);

  public static final BasicStroke SOLID =
      new BasicStroke(2.2f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  public static final BasicStroke THICK =
      new BasicStroke(3.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  public static final BasicStroke THIN =
      new BasicStroke(1.4f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);
  public static final BasicStroke HAIR = new BasicStroke(1);

  private static final int DECIMALS = 2; // of a pixel

  private static final Color INK = new Color(0x333333);
  private static final Color GRID = new Color(0xE6E6E6);
  static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

  private PlotStyle() {}

  /** An empty chart. */
  public static XYChart chart(int width, int height, String xTitle, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    XYStyler style = chart.getStyler();
    style.setLegendVisible(false).setChartTitleVisible(false);
    style.setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    style.setLocale(Locale.ROOT).setChartPadding(4).setMarkerSize(9).setChartFontColor(INK);
    style.setAxisTitleFont(FONT).setAxisTickLabelsFont(FONT).setAxisTickLabelsColor(INK);
    style.setAxisTicksLineVisible(false).setAxisTicksMarksVisible(false);
    style.setPlotGridLinesColor(GRID).setPlotGridLinesStroke(HAIR).setPlotMargin(0);
    style.setYAxisTitleVisible(!yTitle.isEmpty());
    style.setXAxisDecimalPattern("0.####").setYAxisDecimalPattern("0.####");
    style.setXAxisTickMarkSpacingHint(70).setYAxisTickMarkSpacingHint(40);
    return chart;
  }

  /**
   * Adds points that are not seen, before all others: if those of the first series were equally
   * spaced on the y axis, as shares of items are, each would get a tick.
   *
   * @param y places of points
   * @param x the place of all of them
   */
  public static void addUnseen(XYChart chart, double[] y, double x) {
    double[] all = new double[y.length];
    Arrays.fill(all, x);
    XYSeries series = chart.addSeries("unseen", all, y);
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    series.setMarker(SeriesMarkers.NONE);
  }

  /** A paler shade, to fill areas. */
  public static Color lighter(Color color) {
    return new Color(color.getRed(), color.getGreen(), color.getBlue(), 90);
  }

  /**
   * A chart as an element of HTML.
   *
   * @param meaning says what it shows; no other chart of the page shows the same
   */
  public static String svg(XYChart chart, String meaning) {
    SVGGeneratorContext context = SVGGeneratorContext.createDefault(document());
    context.setComment(null);
    context.setPrecision(DECIMALS);
    context.setIDGenerator(new ChartIds(meaning.replaceAll("[^A-Za-z0-9]+", "-") + "-"));
    SVGGraphics2D graphics = new SVGGraphics2D(context, false);
    graphics.setSVGCanvasSize(new Dimension(chart.getWidth(), chart.getHeight()));
    chart.paint(graphics, chart.getWidth(), chart.getHeight());
    Element root = graphics.getRoot();
    ((Element) root.getElementsByTagName("defs").item(0)).removeAttribute("id"); // Batik's own
    root.setAttribute("role", "img");
    root.setAttribute("style", "max-width: 100%; height: auto"); // on narrow pages
    root.setAttribute("aria-label", meaning);
    root.setAttribute("viewBox", "0 0 " + chart.getWidth() + " " + chart.getHeight());
    StringWriter svg = new StringWriter();
    try {
      graphics.stream(root, svg, false, true);
    } catch (SVGGraphics2DIOException e) {
      throw new UncheckedIOException(e);
    }
    return svg.toString().substring(svg.toString().indexOf("<svg"));
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVGConstants.SVG_NAMESPACE_URI, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("no parser of XML can be made", e);
    }
  }

  /** Ids that no other chart of the page has. */
  private static final class ChartIds extends SVGIDGenerator {

    private final String chart;

    ChartIds(String chart) {
      this.chart = chart;
    }

    @Override
    public String generateID(String prefix) {
      return super.generateID(chart + prefix);
    }
  }
}
