package io.sparkattention.jobs.plot;

import java.awt.Color;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A table of numbers as a table of shades, to be shown in a notebook: darker is more, and each cell
 * says its number where a pointer rests on it.
 */
public final class HeatMap {

  private static final int WIDTH = 640;
  private static final int LEFT = 76;
  private static final int TOP = 44;
  private static final int BOTTOM = 56;
  private static final int RIGHT = 84; // what the shades mean
  private static final int CELLS = WIDTH - LEFT - RIGHT;
  private static final int FONT = 13;
  private static final double CHARACTER = 0.62 * FONT;
  private static final String START = "text-anchor='start'";
  private static final String MIDDLE = "text-anchor='middle'";
  private static final String END = "text-anchor='end'";
  private static final Color[] SHADES = { // even steps of lightness, for any colour vision
    new Color(0xF3F7FB),
    new Color(0xB3CDE3),
    new Color(0x5A9BC8),
    new Color(0x0072B2),
    new Color(0x00345C)
  };

  private final String title;
  private final String xTitle;
  private final String yTitle;
  private final String[] columns;
  private final String[] rows;
  private final double[][] values;
  private final double low;
  private final double high;

  /**
   * A map of rows, the first one on top.
   *
   * @param title says what it shows, with the unit
   * @param columns the columns' labels
   * @param rows the rows' labels
   * @param values for each row a number for each column; NaN where there is none
   * @throws IllegalArgumentException if there is no cell, or labels and values differ in number
   */
  public HeatMap(
      String title,
      String xTitle,
      String yTitle,
      String[] columns,
      String[] rows,
      double[][] values) {
    this.title = title;
    this.xTitle = xTitle;
    this.yTitle = yTitle;
    this.columns = columns.clone();
    this.rows = rows.clone();
    this.values = Arrays.stream(values).map(double[]::clone).toArray(double[][]::new);
    if (rows.length * columns.length == 0
        || values.length != rows.length
        || Arrays.stream(values).anyMatch(row -> row.length != columns.length)) {
      throw new IllegalArgumentException(
          "there are labels of "
              + rows.length
              + " rows and "
              + columns.length
              + " columns, and rows of "
              + Arrays.toString(Arrays.stream(values).mapToInt(row -> row.length).toArray())
              + " numbers: give a number for each");
    }
    var range = Arrays.stream(values).flatMapToDouble(Arrays::stream).filter(v -> !Double.isNaN(v));
    var summary = range.summaryStatistics();
    this.low = summary.getMin();
    this.high = summary.getMax();
  }

  /** The map as an element of HTML. */
  public String svg() {
    double width = (double) CELLS / columns.length;
    double height = Math.min(40, Math.max(18, 300.0 / rows.length));
    double bottom = TOP + height * rows.length;
    StringBuilder svg = new StringBuilder();
    svg.append(
        format(
            "<svg xmlns='http://www.w3.org/2000/svg' role='img' aria-label='%s' width='%d'"
                + " height='%.0f' viewBox='0 0 %d %.0f' font-family='sans-serif' font-size='%d'"
                + " fill='#333333' style='max-width: 100%%; height: auto; background: white'>",
            escaped(title), WIDTH, bottom + BOTTOM, WIDTH, bottom + BOTTOM, FONT));
    svg.append(text(LEFT + CELLS / 2.0, 24, MIDDLE + " font-weight='bold'", title));
    for (int row = 0; row < rows.length; row++) {
      for (int column = 0; column < columns.length; column++) {
        double x = LEFT + column * width;
        svg.append(cell(row, column, x, TOP + row * height, width, height));
      }
    }
    labels(svg, width, height, bottom);
    legend(svg, bottom);
    return svg.append("</svg>").toString();
  }

  private String cell(int row, int column, double x, double y, double width, double height) {
    double value = values[row][column];
    return format(
        "<rect x='%.2f' y='%.2f' width='%.2f' height='%.2f' fill='%s'><title>%s %s, %s %s:"
            + " %s</title></rect>",
        x,
        y,
        width - 1,
        height - 1,
        shade(value),
        escaped(yTitle),
        escaped(rows[row]),
        escaped(xTitle),
        escaped(columns[column]),
        Double.isNaN(value) ? "none" : format("%.4f", value));
  }

  private void labels(StringBuilder svg, double width, double height, double bottom) {
    int longest = Stream.of(columns).mapToInt(String::length).max().orElse(1);
    int step = (int) Math.ceil((longest + 1) * CHARACTER / width); // labels must not touch
    for (int column = 0; column < columns.length; column += step) {
      svg.append(text(LEFT + (column + 0.5) * width, bottom + 18, MIDDLE, columns[column]));
    }
    for (int row = 0; row < rows.length; row++) {
      double y = TOP + (row + 0.5) * height + FONT / 3.0;
      svg.append(text(LEFT - 8, y, END, rows[row]));
    }
    svg.append(text(LEFT + CELLS / 2.0, bottom + 42, MIDDLE, xTitle));
    double middle = (TOP + bottom) / 2;
    String turned = format(MIDDLE + " transform='rotate(-90 16 %.2f)'", middle);
    svg.append(text(16, middle, turned, yTitle));
  }

  /** From the greatest number, on top, to the least. */
  private void legend(StringBuilder svg, double bottom) {
    int steps = 24;
    double height = Math.min(200, bottom - TOP) / steps;
    double x = LEFT + CELLS + 16;
    for (int i = 0; i < steps; i++) {
      double value = high - (high - low) * i / (steps - 1);
      svg.append(
          format(
              "<rect x='%.2f' y='%.2f' width='14' height='%.2f' fill='%s'/>",
              x, TOP + i * height, height + 0.5, shade(value)));
    }
    svg.append(text(x + 20, TOP + FONT - 2, START, format("%.2f", high)));
    svg.append(text(x + 20, TOP + steps * height, START, format("%.2f", low)));
  }

  private String shade(double value) {
    if (Double.isNaN(value)) {
      return "none";
    }
    double place = high == low ? 0 : (value - low) / (high - low) * (SHADES.length - 1);
    int below = (int) Math.min(place, SHADES.length - 2);
    Color from = SHADES[below];
    Color to = SHADES[below + 1];
    double part = place - below;
    return format(
        "#%02x%02x%02x",
        between(from.getRed(), to.getRed(), part),
        between(from.getGreen(), to.getGreen(), part),
        between(from.getBlue(), to.getBlue(), part));
  }

  private static int between(int from, int to, double part) {
    return (int) Math.round(from + part * (to - from));
  }

  private static String text(double x, double y, String attributes, String text) {
    return format("<text x='%.2f' y='%.2f' %s>%s</text>", x, y, attributes, escaped(text));
  }

  private static String format(String pattern, Object... arguments) {
    return String.format(Locale.ROOT, pattern, arguments);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;");
  }
}
