package io.sparkattention.bench.findings;

import io.sparkattention.jobs.plot.HeatMap;
import io.sparkattention.jobs.plot.LinePlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The plots of the page: profiles over the layers, and maps of the heads. */
final class FindingsPlots {

  private static final String MAPPED = "bert-base"; // the model that most claims are about

  private FindingsPlots() {}

  /** All plots by the names of their files. */
  static Map<String, String> of(List<Finding> findings) {
    Map<String, String> plots = new TreeMap<>();
    List<Numbers> models =
        FindingsPage.MODELS.stream()
            .map(model -> new Numbers(model, findings))
            .filter(model -> model.of(Quantity.LAYER_LAST).isPresent())
            .toList();
    plots.put(
        "findings-entropy.svg",
        profile(models, Quantity.LAYER_ENTROPY, "Entropy by layer", "share of an even head's"));
    plots.put(
        "findings-distance.svg",
        profile(models, Quantity.LAYER_DISTANCE, "Distance by layer", "tokens"));
    for (Numbers model : models) {
      plots.put("findings-targets-" + model.model() + ".svg", targets(model));
      if (model.model().equals(MAPPED)) {
        maps(plots, model);
      }
    }
    return plots;
  }

  private static void maps(Map<String, String> plots, Numbers model) {
    Map.of(
            "delimiters", map(model, Quantity.HEAD_LAST, "Share of weights on [SEP]"),
            "previous",
                map(model, Quantity.HEAD_PREVIOUS, "Share of weights on the previous token"),
            "next", map(model, Quantity.HEAD_NEXT, "Share of weights on the next token"))
        .forEach((name, svg) -> plots.put("findings-" + name + ".svg", svg));
  }

  /** Writes all of them into a folder. */
  static void write(List<Finding> findings, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> plot : of(findings).entrySet()) {
      Files.writeString(folder.resolve(plot.getKey()), plot.getValue());
    }
  }

  private static String profile(
      List<Numbers> models, Quantity quantity, String title, String unit) {
    LinePlot plot = new LinePlot(title, "layer", unit);
    models.forEach(model -> add(plot, model.model(), model.places(quantity)));
    return plot.svg();
  }

  private static String targets(Numbers model) {
    LinePlot plot =
        new LinePlot("What layers attend to: " + model.model(), "layer", "share of weights");
    for (Quantity each :
        List.of(Quantity.LAYER_LAST, Quantity.LAYER_FIRST, Quantity.LAYER_PUNCTUATION)) {
      add(plot, each.header(), model.places(each));
    }
    return plot.yRange(0, 1).svg();
  }

  /** A line of means with their intervals. */
  private static void add(LinePlot plot, String name, List<Finding> layers) {
    plot.line(
        name,
        numbers(layers, Finding::layer),
        numbers(layers, Finding::mean),
        numbers(layers, each -> each.high() - each.mean()));
  }

  private static double[] numbers(List<Finding> layers, ToDoubleFunction<Finding> number) {
    return layers.stream().mapToDouble(number).toArray();
  }

  private static String map(Numbers model, Quantity quantity, String title) {
    List<Finding> places = model.places(quantity);
    int layers = places.stream().mapToInt(Finding::layer).max().orElseThrow();
    int heads = places.stream().mapToInt(Finding::head).max().orElseThrow();
    double[][] values = new double[layers][heads];
    places.forEach(each -> values[each.layer() - 1][each.head() - 1] = each.mean());
    String[] rows = labels(layers);
    return new HeatMap(title + ": " + model.model(), "head", "layer", labels(heads), rows, values)
        .svg();
  }

  private static String[] labels(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(String::valueOf).toArray(String[]::new);
  }
}
