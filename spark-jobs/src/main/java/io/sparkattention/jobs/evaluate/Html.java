package io.sparkattention.jobs.evaluate;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Text and tables in HTML. */
final class Html {

  private Html() {}

  /** Text that means itself, in elements and in attributes. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /**
   * A row of a table.
   *
   * @param element of each cell, {@code td} or {@code th}
   * @param cells as HTML
   */
  static String row(String element, Stream<String> cells) {
    return cells
        .map(cell -> "<" + element + ">" + cell + "</" + element + ">")
        .collect(Collectors.joining("", "<tr>", "</tr>"));
  }
}
