package io.sparkattention.bench.findings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tables of a page, between its marks: all of them follow from the findings. */
final class FindingsPage {

  /** The models, in the order of the page. */
  static final List<String> MODELS = List.of("minilm", "bge-small", "bert-base");

  private static final Pattern MARKED =
      Pattern.compile(
          "(<!-- findings: ([a-z-]+) -->\n).*?(<!-- end of findings -->)", Pattern.DOTALL);
  private static final int WIDTH = 110; // of a line of prose

  private final List<Numbers> models;

  private FindingsPage(List<Finding> findings) {
    models = MODELS.stream().map(model -> new Numbers(model, findings)).toList();
  }

  /**
   * A page with its tables as they follow from findings.
   *
   * @throws IllegalArgumentException if it marks the place of a table that there is not, or leaves
   *     one out
   */
  static String written(String page, List<Finding> findings) {
    Map<String, String> tables = new FindingsPage(findings).tables();
    List<String> shown = new ArrayList<>();
    String written =
        MARKED
            .matcher(page)
            .replaceAll(
                mark -> {
                  shown.add(mark.group(2));
                  String table = tables.get(mark.group(2));
                  if (table == null) {
                    throw new IllegalArgumentException(
                        "no table '" + mark.group(2) + "': use one of " + tables.keySet());
                  }
                  return Matcher.quoteReplacement(
                      mark.group(1) + "\n" + table + "\n" + mark.group(3));
                });
    List<String> missing = tables.keySet().stream().filter(each -> !shown.contains(each)).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("the page leaves out " + String.join(", ", missing));
    }
    return written;
  }

  private Map<String, String> tables() {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("summary", summary());
    tables.put("documents", documents());
    Claims.ALL.forEach(claim -> tables.put(claim.id(), table(claim)));
    return tables;
  }

  private String summary() {
    StringBuilder text = new StringBuilder();
    List<String> header = new ArrayList<>(List.of("Claim", "Source"));
    header.addAll(MODELS);
    head(text, header);
    for (Claim claim : Claims.ALL) {
      List<String> cells = new ArrayList<>(List.of(claim.title(), claim.source()));
      models.forEach(model -> cells.add(claim.of(model).word()));
      row(text, cells);
    }
    return text.toString();
  }

  private String documents() {
    StringBuilder text = new StringBuilder();
    head(text, List.of("Model", "Documents", "Tokens of each", "Layers", "Heads of a layer"));
    for (Numbers model : models) {
      List<Finding> places = model.places(Quantity.HEAD_LAST);
      int layers = places.stream().mapToInt(Finding::layer).max().orElse(0);
      int heads = places.stream().mapToInt(Finding::head).max().orElse(0);
      Optional<Finding> tokens = model.of(Quantity.DOCUMENT_TOKENS);
      row(
          text,
          List.of(
              model.model(),
              tokens.map(each -> String.valueOf(each.n())).orElse("–"),
              tokens.map(FindingsPage::interval).orElse("–"),
              layers == 0 ? "–" : String.valueOf(layers),
              heads == 0 ? "–" : String.valueOf(heads)));
    }
    return text.toString();
  }

  private String table(Claim claim) {
    StringBuilder text = new StringBuilder(wrapped(claim.rule())).append("\n\n");
    List<String> header = new ArrayList<>(List.of("Model", "n"));
    claim.quantities().forEach(each -> header.add(each.header()));
    header.add("Verdict");
    head(text, header);
    for (Numbers model : models) {
      Optional<Finding> first = model.of(claim.quantities().get(0));
      List<String> cells = new ArrayList<>();
      cells.add(model.model());
      cells.add(first.map(each -> String.valueOf(each.n())).orElse("–"));
      for (Quantity quantity : claim.quantities()) {
        cells.add(model.of(quantity).map(FindingsPage::cell).orElse("–"));
      }
      cells.add(claim.of(model).word());
      row(text, cells);
    }
    return text.toString();
  }

  private static String wrapped(String text) {
    StringBuilder lines = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ")) {
      if (column > 0 && column + 1 + word.length() > WIDTH) {
        lines.append('\n');
        column = 0;
      }
      lines.append(column == 0 ? "" : " ").append(word);
      column += word.length() + (column == 0 ? 0 : 1);
    }
    return lines.toString();
  }

  private static String cell(Finding finding) {
    String place = finding.head() == 0 ? "" : finding.layer() + "-" + finding.head() + ": ";
    return place + interval(finding);
  }

  private static String interval(Finding finding) {
    return Double.isNaN(finding.low())
        ? number(finding.mean())
        : "%s [%s, %s]"
            .formatted(number(finding.mean()), number(finding.low()), number(finding.high()));
  }

  /** Three digits, or parts of ten thousand. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size < 0.00005) {
      return "0";
    }
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.01 ? 3 : 4;
    return String.format(Locale.ROOT, "%,." + decimals + "f", value).replace('-', '−');
  }

  private static void head(StringBuilder text, List<String> cells) {
    row(text, cells);
    row(text, cells.stream().map(each -> "---").toList());
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append(cells.stream().collect(Collectors.joining(" | ", "| ", " |\n")));
  }
}
