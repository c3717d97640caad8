package io.sparkattention.jobs.bench;

import static io.sparkattention.jobs.bench.PageText.cell;
import static io.sparkattention.jobs.bench.PageText.code;
import static io.sparkattention.jobs.bench.PageText.number;
import static io.sparkattention.jobs.bench.PageText.tokens;

import io.sparkattention.jobs.bench.Measured.Group;
import io.sparkattention.measure.Measurement;
import io.sparkattention.measure.Quantity;
import io.sparkattention.measure.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Time, bytes, keys and growth of each run, and what the same specs recall of generated texts. */
final class CostSections {

  private static final int COMPARED = 16_384; // tokens, beside the longest text
  private static final List<String> REST = List.of("Keys read", "Growth", "Recall", "Question");
  private static final List<Quantity> RECALLS =
      List.of(
          Quantity.RECALL, Quantity.QUESTION_RECALL, Quantity.NEEDLE_RECALL, Quantity.OUTPUT_ERROR);

  private final Measured measured;
  private final PageText page;

  CostSections(Measured measured, PageText page) {
    this.measured = measured;
    this.page = page;
  }

  void write() {
    measured.part("cost").groups().forEach(this::cost);
    if (!measured.part("recall").numbers().all().isEmpty()) {
      page.heading("What they find");
    }
    measured.part("recall").groups().forEach(this::recall);
    measured.part("decode").groups().forEach(this::decode);
  }

  private void cost(Group group) {
    Measured cost = measured.part("cost").of(group);
    Set<Integer> lengths = cost.lengths();
    if (lengths.isEmpty()) {
      return;
    }
    int longest = lengths.stream().mapToInt(n -> n).max().orElseThrow();
    page.heading(group.title());
    page.line("![Time by length](images/time-" + group.slug() + ".svg)");
    page.line("");
    page.line("Calls of one sequence; `x` counts against the fastest exact kernel of the same");
    page.line("length. Keys, growth and recalls are those of the longest text that was measured;");
    page.line("the tables of [what they find](#what-they-find) tell more of recalls.");
    eager(cost);
    page.line("");
    List<Integer> shown =
        lengths.stream().filter(n -> n == longest || n == COMPARED && n < longest).toList();
    List<String> header = new ArrayList<>(List.of("Mechanism"));
    shown.forEach(n -> header.addAll(List.of(tokens(n) + ", ms", "x", "MB")));
    header.addAll(REST);
    page.table(header);
    Map<Boolean, List<String>> specs =
        cost.numbers().specs().stream()
            .collect(Collectors.partitioningBy(spec -> isShown(cost, spec, shown)));
    specs.get(true).stream()
        .sorted(Comparator.comparingDouble(spec -> -speed(cost, spec, shown)))
        .forEach(spec -> costRow(cost, group, spec, List.of(), shown));
    page.line("");
    shorter(cost, group, specs.get(false));
  }

  private static boolean isShown(Measured cost, String spec, List<Integer> lengths) {
    return lengths.stream().anyMatch(n -> cost.find(spec, n, Quantity.MILLISECONDS).isPresent());
  }

  /** What was measured over none of the lengths of the table: each over its own longest. */
  private void shorter(Measured cost, Group group, List<String> specs) {
    if (specs.isEmpty()) {
      return;
    }
    page.line("Measured over shorter texts alone, each over the longest that it was:");
    page.line("");
    List<String> header = new ArrayList<>(List.of("Mechanism", "Tokens", "ms", "x", "MB"));
    header.addAll(REST);
    page.table(header);
    specs.stream()
        .sorted(
            Comparator.<String>comparingInt(spec -> -longest(cost, spec))
                .thenComparing(spec -> -speed(cost, spec, List.of(longest(cost, spec)))))
        .forEach(
            spec -> {
              int length = longest(cost, spec);
              List<String> at = List.of(length == 0 ? "–" : tokens(length));
              costRow(cost, group, spec, at, List.of(length));
            });
    page.line("");
  }

  /** Tokens of the longest text over which it was timed; 0 where it never was. */
  private static int longest(Measured cost, String spec) {
    return cost.longest(spec, Quantity.MILLISECONDS).map(m -> m.subject().length()).orElse(0);
  }

  /** By the longest text that it was measured over; slower are those that were not. */
  private static double speed(Measured cost, String spec, List<Integer> shown) {
    double below = 0;
    for (int i = shown.size() - 1; i >= 0; i--, below -= 1e6) {
      Optional<Measurement> speed = cost.find(spec, shown.get(i), Quantity.SPEEDUP);
      if (speed.isPresent()) {
        return below + speed.get().typical();
      }
    }
    return below;
  }

  /** What the whole matrix would take where it was not formed. */
  private void eager(Measured cost) {
    Optional<Measurement> half = cost.find("eager", COMPARED / 2, Quantity.PEAK_BYTES);
    Optional<Measurement> chunked = cost.find("chunked", COMPARED, Quantity.PEAK_BYTES);
    if (half.isPresent() && chunked.isPresent()) {
      double whole = 4 * half.get().typical();
      page.line(
          "`eager`: %s MB over %s tokens, four times that are %s MB over %s; `chunked`: %s %% of them."
              .formatted(
                  number(whole / 4e6),
                  tokens(COMPARED / 2),
                  number(whole / 1e6),
                  tokens(COMPARED),
                  number(100 * chunked.get().typical() / whole)));
    }
  }

  private void costRow(
      Measured cost, Group group, String spec, List<String> first, List<Integer> shown) {
    List<String> cells = new ArrayList<>(List.of(code(spec)));
    cells.addAll(first);
    for (int length : shown) {
      cells.add(cell(cost.find(spec, length, Quantity.MILLISECONDS), PageText::spread));
      cells.add(cell(cost.find(spec, length, Quantity.SPEEDUP), PageText::typical));
      cells.add(cell(cost.find(spec, length, Quantity.PEAK_BYTES), PageText::megabytes));
    }
    cells.add(cell(cost.longest(spec, Quantity.KEYS_READ), PageText::whole));
    cells.add(cell(cost.longest(spec, Quantity.GROWTH), PageText::typical));
    Measured recall = recallBeside(group);
    for (Quantity quantity : List.of(Quantity.RECALL, Quantity.QUESTION_RECALL)) {
      cells.add(
          cell(
              recall.longest(spec, quantity),
              m -> PageText.meanAndWorst(m) + ", " + tokens(m.subject().length())));
    }
    page.row(cells);
  }

  /** Recalls in the same direction; those of the same kind of device are the last. */
  private Measured recallBeside(Group group) {
    Measured recall =
        measured.part("recall").where(each -> each.direction().equals(group.direction()));
    List<Measurement> all = new ArrayList<>(recall.all());
    all.sort(Comparator.comparing(each -> Group.of(each.subject()).kind().equals(group.kind())));
    return new Measured(all);
  }

  private void recall(Group group) {
    Measured recall = measured.part("recall").of(group).numbers();
    if (recall.all().isEmpty()) {
      return;
    }
    page.line(group.title() + ": means, and in brackets the worst head and depth or row.");
    page.line("");
    page.table(
        List.of(
            "Mechanism", "Tokens", "Keys read", "Recall", "Question", "Needle", "Output error"));
    recall.specs().stream()
        .sorted(
            Comparator.comparingDouble(
                spec ->
                    -recall
                        .longest(spec, Quantity.QUESTION_RECALL)
                        .map(Measurement::typical)
                        .orElse(0.0)))
        .forEach(
            spec -> recall.lengths().stream().sorted().forEach(n -> recallRow(recall, spec, n)));
    page.line("");
  }

  /** Every length: the worst case over a longer text may be better by chance. */
  private void recallRow(Measured recall, String spec, int length) {
    if (recall.find(spec, length, Quantity.RECALL).isEmpty()) {
      return;
    }
    List<String> cells = new ArrayList<>(List.of(code(spec), tokens(length)));
    cells.add(cell(recall.find(spec, length, Quantity.KEYS_READ), PageText::whole));
    RECALLS.forEach(
        each -> cells.add(cell(recall.find(spec, length, each), PageText::meanAndWorst)));
    page.row(cells);
  }

  private void decode(Group group) {
    Measured decode = measured.part("decode").of(group).numbers();
    if (decode.all().isEmpty()) {
      return;
    }
    Subject first = decode.all().get(0).subject();
    page.heading("A step of decoding: " + group.title());
    page.line(
        "One query in each of %d sequences over %,d cached tokens."
            .formatted(first.batch(), first.length()));
    page.line("");
    page.table(List.of("Mechanism", "ms", "x", "Peak, MB", "Output error"));
    List<Integer> length = List.of(first.length());
    decode.specs().stream()
        .sorted(Comparator.comparingDouble(spec -> -speed(decode, spec, length)))
        .forEach(
            spec ->
                page.row(
                    List.of(
                        code(spec),
                        cell(decode.longest(spec, Quantity.MILLISECONDS), PageText::spread),
                        cell(decode.longest(spec, Quantity.SPEEDUP), PageText::typical),
                        cell(decode.longest(spec, Quantity.PEAK_BYTES), PageText::megabytes),
                        cell(
                            decode.longest(spec, Quantity.OUTPUT_ERROR), PageText::meanAndWorst))));
    page.line("");
  }
}
