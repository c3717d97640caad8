package io.sparkattention.bench.findings;

import static io.sparkattention.bench.findings.Columns.count;
import static io.sparkattention.bench.findings.Columns.less;
import static io.sparkattention.bench.findings.Columns.mean;
import static io.sparkattention.bench.findings.Columns.rise;
import static io.sparkattention.bench.findings.Columns.share;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What follows from the shares of weights of all documents. */
final class WeightFindings {

  private static final String FIRST = "sink_rate"; // the share of the first token, [CLS]
  private static final String PREVIOUS = "offset_share_from_minus_1_to_minus_1";
  private static final String NEXT = "offset_share_from_1_to_1";
  private static final String CURRENT = "offset_share_from_0_to_0";
  private static final String DELIMITERS = "category_share_of_delimiter";
  private static final String ONLY_DELIMITERS = "category_share"; // of a table without others
  private static final String PUNCTUATION = "category_share_of_punctuation";
  private static final String RELATIVE = "entropy_unit_relative";
  private static final double SINK = 0.3; // of a head's weight, as sink-rate has it
  private static final double TIMES = 5; // an even weight, as non-initial-sinks has it
  private static final int CHUNK = 512; // tokens that are read at once, at most

  private final String model;
  private final HeadTable table;
  private final List<Finding> found = new ArrayList<>();

  private WeightFindings(String model, HeadTable table) {
    this.model = model;
    this.table = table;
  }

  /** All findings of a table of level head. */
  static List<Finding> of(String model, HeadTable table) {
    WeightFindings findings = new WeightFindings(model, table);
    findings.neighbours();
    findings.delimiters();
    findings.profiles();
    findings.sinks();
    findings.maps();
    findings.each(Quantity.DOCUMENT_TOKENS, HeadTable.TOKENS, Columns::mean);
    return findings.found;
  }

  /** Of a table of shorter chunks. */
  static List<Finding> ofPieces(String model, HeadTable table) {
    WeightFindings findings = new WeightFindings(model, table);
    findings.all(Quantity.LAST_PIECES, of -> mean(last(of), findings.from(), findings.to()));
    return findings.found;
  }

  private void neighbours() {
    each(Quantity.PREVIOUS_HEADS, PREVIOUS, heads -> count(heads, 0.5));
    each(Quantity.NEXT_HEADS, NEXT, heads -> count(heads, 0.5));
    strongest(Quantity.PREVIOUS_TOP, PREVIOUS);
    strongest(Quantity.NEXT_TOP, NEXT);
    each(Quantity.CURRENT_SHARE, CURRENT, Columns::mean);
    all(Quantity.NEIGHBOURS_RISE, of -> rise(of.get(PREVIOUS)) + rise(of.get(NEXT)));
  }

  /** The head of the highest mean, document by document. */
  private void strongest(Quantity quantity, String statistic) {
    double[][] means = table.means(statistic);
    int best = 0;
    double[] flat = Columns.flat(means);
    for (int i = 0; i < flat.length; i++) {
      best = flat[i] > flat[best] ? i : best;
    }
    int layer = best / table.heads();
    int head = best % table.heads();
    double[] numbers = table.each(statistic, heads -> heads[layer][head]);
    found.add(Finding.of(model, quantity, layer + 1, head + 1, numbers));
  }

  /** The middle layers: Clark et al. speak of layers 6 to 10 of 12, here the same parts of all. */
  private int from() {
    return table.layers() * 5 / 12;
  }

  /** Where they end. */
  private int to() {
    return table.layers() * 10 / 12;
  }

  private void delimiters() {
    all(Quantity.LAST_MIDDLE, of -> mean(last(of), from(), to()));
    all(Quantity.LAST_OTHERS, of -> others(last(of), from(), to()));
    all(
        Quantity.LAST_LESS_OTHERS,
        of -> mean(last(of), from(), to()) - others(last(of), from(), to()));
    each(Quantity.FIRST_SHARE, FIRST, Columns::mean);
    each(Quantity.PUNCTUATION_RISE, PUNCTUATION, Columns::rise);
  }

  private static double[][] last(Map<String, double[][]> document) {
    double[][] delimiters = document.getOrDefault(DELIMITERS, document.get(ONLY_DELIMITERS));
    return less(delimiters, document.get(FIRST));
  }

  private static double others(double[][] heads, int from, int to) {
    int count = heads.length - (to - from);
    double sum = mean(heads) * heads.length - mean(heads, from, to) * (to - from);
    return sum / count;
  }

  private void profiles() {
    each(Quantity.ENTROPY, RELATIVE, Columns::mean);
    each(Quantity.BROAD_HEADS, RELATIVE, heads -> count(heads, 0.9));
    each(Quantity.ENTROPY_RISE, RELATIVE, Columns::rise);
    each(Quantity.DISTANCE, "mean_distance", Columns::mean);
    each(Quantity.DISTANCE_RISE, "mean_distance", Columns::rise);
    each(Quantity.LOCAL_SHARE, "local_share", Columns::mean);
    each(Quantity.BASIN, "basin_depth", Columns::mean);
  }

  private void sinks() {
    each(Quantity.FIRST_SINKS, FIRST, heads -> share(heads, SINK));
    all(Quantity.LAST_SINKS, of -> share(last(of), SINK));
    all(Quantity.SINKS_DIFFERENCE, of -> share(last(of), SINK) - share(of.get(FIRST), SINK));
    all(Quantity.OTHER_SINKS, WeightFindings::otherSinks);
  }

  /** How many tokens beside the first and the last are sinks of a head, in a chunk. */
  private static double otherSinks(Map<String, double[][]> document) {
    double tokens = document.get(HeadTable.TOKENS)[0][0];
    double length = tokens / Math.ceil(tokens / CHUNK);
    return mean(document.get("non_initial_sinks")) * (length - 1)
        - share(last(document), TIMES / length);
  }

  /** Layer by layer, and head by head. */
  private void maps() {
    for (int layer = 0; layer < table.layers(); layer++) {
      int l = layer;
      layer(Quantity.LAYER_LAST, l, table.all(of -> mean(last(of), l, l + 1)));
      layer(Quantity.LAYER_FIRST, l, table.each(FIRST, heads -> mean(heads, l, l + 1)));
      layer(Quantity.LAYER_PUNCTUATION, l, table.each(PUNCTUATION, h -> mean(h, l, l + 1)));
      layer(Quantity.LAYER_ENTROPY, l, table.each(RELATIVE, heads -> mean(heads, l, l + 1)));
      layer(Quantity.LAYER_DISTANCE, l, table.each("mean_distance", h -> mean(h, l, l + 1)));
      for (int head = 0; head < table.heads(); head++) {
        int h = head;
        head(Quantity.HEAD_PREVIOUS, l, h, table.each(PREVIOUS, heads -> heads[l][h]));
        head(Quantity.HEAD_NEXT, l, h, table.each(NEXT, heads -> heads[l][h]));
        head(Quantity.HEAD_LAST, l, h, table.all(of -> last(of)[l][h]));
      }
    }
  }

  private void layer(Quantity quantity, int layer, double[] numbers) {
    found.add(Finding.of(model, quantity, layer + 1, 0, numbers));
  }

  private void head(Quantity quantity, int layer, int head, double[] numbers) {
    found.add(Finding.of(model, quantity, layer + 1, head + 1, numbers));
  }

  private void each(Quantity quantity, String statistic, ToDoubleFunction<double[][]> number) {
    found.add(Finding.of(model, quantity, table.each(statistic, number)));
  }

  private void all(Quantity quantity, ToDoubleFunction<Map<String, double[][]>> number) {
    found.add(Finding.of(model, quantity, table.all(number)));
  }
}
