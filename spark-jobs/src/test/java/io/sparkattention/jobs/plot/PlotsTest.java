package io.sparkattention.jobs.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class PlotsTest {

  private static final double[] ONE = {1, 2, 3};
  private static final double[] OTHER = {2, 1, 4};

  private static Element parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)))
        .getDocumentElement();
  }

  @Test
  void aPlotSaysWhatItShows() throws Exception {
    Element svg =
        parsed(
            new LinePlot("Scores & ranks", "rank", "score (0 to 1)")
                .line("first", ONE, OTHER)
                .points("second", OTHER, ONE)
                .yRange(0, 5)
                .svg());
    assertThat(svg.getTagName()).isEqualTo("svg");
    assertThat(svg.getAttribute("aria-label")).isEqualTo("Scores & ranks");
    assertThat(svg.getAttribute("role")).isEqualTo("img");
  }

  /** Text is drawn as outlines, so that it looks the same on machines without the font. */
  @Test
  void seriesDifferInColourAndDash() {
    String one = new LinePlot("t", "x", "y").line("first", ONE, OTHER).svg();
    String two = new LinePlot("t", "x", "y").line("f", ONE, OTHER).line("s", OTHER, ONE).svg();
    assertThat(one).contains("rgb(0,114,178)").doesNotContain("rgb(213,94,0)");
    assertThat(two).contains("rgb(0,114,178)", "rgb(213,94,0)", "stroke-dasharray=\"8,5\"");
  }

  @Test
  void whatCannotBeDrawnIsRefused() {
    LinePlot plot = new LinePlot("t", "x", "y");
    assertThatThrownBy(() -> plot.line("empty", new double[0], new double[0]))
        .hasMessage("series 'empty' has 0 x and 0 y: give as many");
    IntStream.range(0, 6).forEach(i -> plot.line("line " + i, ONE, OTHER));
    assertThatThrownBy(() -> plot.line("seventh", ONE, OTHER))
        .hasMessage("series 'seventh': a plot has at most 6, draw another one");
  }

  @Test
  void mapsShowTheirLabels() throws Exception {
    String[] columns = {"a", "b", "c"};
    String[] rows = {"upper", "lower"};
    Element svg =
        parsed(
            new HeatMap("Shades", "column", "row", columns, rows, new double[][] {ONE, OTHER})
                .svg());
    assertThat(svg.getTextContent()).contains("Shades", "column", "row", "a", "c", "upper");
    assertThatThrownBy(
            () -> new HeatMap("t", "x", "y", columns, rows, new double[][] {ONE, new double[2]}))
        .hasMessage(
            "there are labels of 2 rows and 3 columns, and rows of [3, 2] numbers: give a number"
                + " for each");
  }

  @Test
  void darkerIsMore() {
    String[] columns = {"it's", "b", "c"};
    double[][] values = {{0, 1, Double.NaN}};
    String svg = new HeatMap("t", "x", "y", columns, new String[] {"r"}, values).svg();
    assertThat(svg)
        .contains("fill='#f3f7fb'><title>y r, x it&#39;s: 0.0000</title>")
        .contains("fill='#00345c'><title>y r, x b: 1.0000</title>")
        .contains("fill='none'><title>y r, x c: none</title>");
  }
}
