package io.sparkattention.jobs.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table for people: columns padded to their widest cell, long cells cut. */
final class TextTable {

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();
  private final int widest;

  /**
   * @param widest how many characters of a cell are shown
   */
  TextTable(int widest, String... header) {
    this.widest = widest;
    add((Object[]) header);
  }

  /** Adds a row; numbers are shown with three digits after the point. */
  TextTable add(Object... cells) {
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(
          cut(
              cell instanceof Number && !(cell instanceof Integer || cell instanceof Long)
                  ? String.format("%.3f", ((Number) cell).doubleValue())
                  : String.valueOf(cell).replaceAll("\\s+", " ")));
    }
    rows.add(row);
    return this;
  }

  private String cut(String text) {
    if (text.codePointCount(0, text.length()) <= widest) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, widest - 1)) + "…";
  }

  @Override
  public String toString() {
    int columns = rows.get(0).size();
    int[] widths =
        IntStream.range(0, columns)
            .map(c -> rows.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toArray();
    return rows.stream()
        .map(
            row ->
                IntStream.range(0, columns)
                    .mapToObj(c -> row.get(c) + " ".repeat(widths[c] - row.get(c).length()))
                    .collect(Collectors.joining(GAP))
                    .stripTrailing())
        .collect(Collectors.joining(System.lineSeparator()));
  }
}
