package io.sparkattention.jobs.notebooks;

import io.sparkattention.jobs.notebooks.Cell.Language;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A notebook that was run, as a page to look at: what its readers see, side by side with none. */
final class RenderedPage {

  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>%s</title>
      <style>
      body { font: 15px/1.5 sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; color: #222; }
      pre { background: #f6f6f6; padding: .6rem; overflow-x: auto; font-size: 13px; }
      table { border-collapse: collapse; font-size: 13px; }
      th, td { border: 1px solid #ddd; padding: .2rem .5rem; text-align: left; vertical-align: top; }
      .output { overflow: auto; max-height: 44rem; margin: .5rem 0 1.5rem; }
      </style>
      </head>
      <body>
      """;

  private RenderedPage() {}

  static String of(Result notebook) {
    String cells =
        notebook.cells().stream().map(RenderedPage::cell).collect(Collectors.joining("\n"));
    return HEAD.formatted(notebook.name()) + cells + "\n</body>\n</html>\n";
  }

  private static String cell(RunCell cell) {
    if (cell.cell().language() == Language.MARKDOWN) {
      return Arrays.stream(cell.cell().text().split("\n\n"))
          .map(RenderedPage::block)
          .collect(Collectors.joining("\n"));
    }
    return "<pre>"
        + escaped(cell.cell().text())
        + "</pre>\n"
        + cell.outputs().stream().map(RenderedPage::output).collect(Collectors.joining("\n"));
  }

  /** A heading or a paragraph of the Markdown that the notebooks use. */
  private static String block(String text) {
    String html = escaped(text).replaceAll("`([^`]+)`", "<code>$1</code>");
    int level = text.length() - text.replaceFirst("^#+", "").length();
    return level == 0
        ? "<p>" + html + "</p>"
        : "<h" + level + ">" + html.substring(level).strip() + "</h" + level + ">";
  }

  private static String output(Output output) {
    String html =
        switch (output.kind()) {
          case HTML -> output.text();
          case TABLE -> table(output.text());
          case TEXT -> "<pre>" + escaped(output.text()) + "</pre>";
        };
    return "<div class=\"output\">" + html + "</div>";
  }

  private static String table(String text) {
    return text.lines()
        .map(line -> "<td>" + escaped(line).replace("\t", "</td><td>") + "</td>")
        .collect(Collectors.joining("</tr>\n<tr>", "<table>\n<tr>", "</tr>\n</table>"))
        .replaceFirst("<tr>.*", "$0");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
