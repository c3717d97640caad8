package io.sparkattention.jobs.bench;

import io.sparkattention.jobs.bench.Measured.Group;
import io.sparkattention.measure.Measurement;
import io.sparkattention.measure.Quantity;
import io.sparkattention.measure.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What was measured, in Markdown: no speed without its error, the worst case beside the mean. */
public final class MeasuredPage {

  /** The control that chooses keys at random. */
  static final String RANDOM = "random-keys";

  /** The control that knows the best keys. */
  static final String ORACLE = "oracle-top-k";

  private static final int COMPARED_SHARE = 8; // at which errors of outputs are shown
  private static final int LONGEST_REASON = 140;

  private final Measured measured;
  private final StringBuilder page = new StringBuilder();

  private MeasuredPage(Measured measured) {
    this.measured = measured;
  }

  /** The section; empty where nothing was measured. */
  public static String of(Measured measured) {
    return new MeasuredPage(measured).write();
  }

  private String write() {
    for (Group group : measured.part("cost").groups()) {
      cost(group);
    }
    for (Group group : measured.part("decode").groups()) {
      decode(group);
    }
    Set<String> texts = new LinkedHashSet<>();
    measured.part("fidelity").all().forEach(each -> texts.add(each.subject().on()));
    texts.forEach(this::fidelity);
    beatenByRandom();
    refusals();
    String text = page.toString().strip();
    return text.isEmpty() ? text : text + "\n";
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  private void cost(Group group) {
    Measured cost = measured.part("cost").of(group);
    Measured recall =
        measured
            .part("recall")
            .where(
                subject ->
                    subject.device().equals(group.device())
                        && subject.direction().equals(group.direction()));
    Set<Integer> lengths = cost.lengths();
    if (lengths.isEmpty()) {
      return;
    }
    int longest = lengths.stream().mapToInt(n -> n).max().orElseThrow();
    Set<Integer> recalled = recall.lengths();
    int asked = recalled.stream().mapToInt(n -> n).max().orElse(0);
    line("### " + group.title());
    line("");
    line("![Time by length](images/time-" + group.slug() + ".svg)");
    line("");
    line("Calls of one sequence; `x` counts against the fastest exact kernel of the same length.");
    if (asked > 0) {
      line("Recalls are those over %,d tokens.".formatted(asked));
    }
    line("");
    List<Integer> shown =
        lengths.stream().filter(n -> n == longest || n == 16_384 && n < longest).toList();
    List<String> header = new ArrayList<>(List.of("Mechanism"));
    shown.forEach(n -> header.addAll(List.of(tokens(n) + ", ms", "x")));
    header.addAll(List.of("Peak, MB", "Keys read", "Growth"));
    header.addAll(List.of("Recall", "Question", "Needle", "Output error"));
    table(header);
    cost.numbers().specs().stream()
        .sorted(
            Comparator.comparingDouble(
                spec ->
                    -cost.find(spec, longest, Quantity.SPEEDUP)
                        .map(Measurement::typical)
                        .orElse(0.0)))
        .forEach(spec -> costRow(cost, recall, spec, shown, longest, asked));
    line("");
  }

  private void costRow(
      Measured cost, Measured recall, String spec, List<Integer> shown, int longest, int asked) {
    List<String> cells = new ArrayList<>(List.of("`" + spec + "`"));
    for (int length : shown) {
      cells.add(cell(cost.find(spec, length, Quantity.MILLISECONDS), MeasuredPage::spread));
      cells.add(cell(cost.find(spec, length, Quantity.SPEEDUP), m -> number(m.typical())));
    }
    cells.add(cell(cost.find(spec, longest, Quantity.PEAK_BYTES), m -> number(m.typical() / 1e6)));
    cells.add(cell(cost.find(spec, longest, Quantity.KEYS_READ), MeasuredPage::whole));
    cells.add(cell(cost.find(spec, longest, Quantity.GROWTH), m -> number(m.typical())));
    for (Quantity quantity :
        List.of(
            Quantity.RECALL,
            Quantity.QUESTION_RECALL,
            Quantity.NEEDLE_RECALL,
            Quantity.OUTPUT_ERROR)) {
      cells.add(cell(recall.find(spec, asked, quantity), MeasuredPage::meanAndWorst));
    }
    row(cells);
  }

  private void decode(Group group) {
    Measured decode = measured.part("decode").of(group).numbers();
    if (decode.all().isEmpty()) {
      return;
    }
    Subject first = decode.all().get(0).subject();
    line("### A step of decoding: " + group.title());
    line("");
    line(
        "One query in each of %d sequences over %,d cached tokens."
            .formatted(first.batch(), first.length()));
    line("");
    table(List.of("Mechanism", "ms", "x", "Peak, MB", "Output error"));
    Function<String, Double> speed =
        spec ->
            decode
                .find(spec, first.length(), Quantity.SPEEDUP)
                .map(Measurement::typical)
                .orElse(0.0);
    decode.specs().stream()
        .sorted(Comparator.comparing(speed).reversed())
        .forEach(
            spec ->
                row(
                    List.of(
                        "`" + spec + "`",
                        cell(
                            decode.find(spec, first.length(), Quantity.MILLISECONDS),
                            MeasuredPage::spread),
                        number(speed.apply(spec)),
                        cell(
                            decode.find(spec, first.length(), Quantity.PEAK_BYTES),
                            m -> number(m.typical() / 1e6)),
                        cell(
                            decode.find(spec, first.length(), Quantity.OUTPUT_ERROR),
                            MeasuredPage::meanAndWorst))));
    line("");
  }

  private void fidelity(String on) {
    Measured fidelity = measured.part("fidelity").where(subject -> subject.on().equals(on));
    if (fidelity.numbers().all().isEmpty()) {
      return;
    }
    Set<Integer> budgets = new TreeSet<>();
    fidelity.all().forEach(each -> budgets.add(each.subject().budget()));
    budgets.remove(0);
    int longest = fidelity.lengths().stream().mapToInt(n -> n).max().orElseThrow();
    line("### Real weights: " + on);
    line("");
    line("![Recall by budget](images/" + slug(on) + ".svg)");
    line("");
    line(
        "Texts of up to %,d tokens. Recall of the attention mass at budgets; errors at 1/%d, or as"
            .formatted(longest, COMPARED_SHARE));
    line("spelled where a mechanism has no budget. Means, and in brackets the worst case.");
    line("");
    List<String> header = new ArrayList<>(List.of("Mechanism", "Default"));
    budgets.forEach(budget -> header.add("1/" + budget));
    header.addAll(List.of("Keys at 1/" + COMPARED_SHARE, "Output error", "Cosine"));
    table(header);
    mechanisms(fidelity).forEach(mechanism -> fidelityRow(fidelity, mechanism, budgets));
    line("");
  }

  private static Set<String> mechanisms(Measured fidelity) {
    return fidelity.numbers().all().stream()
        .map(each -> each.subject().mechanism())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private void fidelityRow(Measured fidelity, String mechanism, Set<Integer> budgets) {
    List<String> cells = new ArrayList<>(List.of("`" + mechanism + "`"));
    cells.add(cell(at(fidelity, mechanism, 0, Quantity.RECALL), MeasuredPage::meanAndWorst));
    for (int budget : budgets) {
      cells.add(cell(at(fidelity, mechanism, budget, Quantity.RECALL), MeasuredPage::meanAndWorst));
    }
    cells.add(
        cell(at(fidelity, mechanism, COMPARED_SHARE, Quantity.KEYS_READ), MeasuredPage::whole));
    for (Quantity quantity : List.of(Quantity.OUTPUT_ERROR, Quantity.EMBEDDING_COSINE)) {
      cells.add(
          cell(
              at(fidelity, mechanism, COMPARED_SHARE, quantity)
                  .or(() -> at(fidelity, mechanism, 0, quantity)),
              MeasuredPage::meanAndWorst));
    }
    row(cells);
  }

  static Optional<Measurement> at(
      Measured fidelity, String mechanism, int budget, Quantity quantity) {
    return fidelity.all().stream()
        .filter(each -> each.quantity() == quantity)
        .filter(each -> each.subject().mechanism().equals(mechanism))
        .filter(each -> each.subject().budget() == budget)
        .reduce((first, last) -> last);
  }

  /** Mechanisms that recall no more than random keys at an equal budget. */
  private void beatenByRandom() {
    Measured fidelity = measured.part("fidelity").numbers();
    Map<String, List<String>> beaten = new TreeMap<>();
    for (Measurement each : fidelity.all()) {
      Subject subject = each.subject();
      boolean control = Set.of(RANDOM, ORACLE).contains(subject.mechanism());
      if (each.quantity() != Quantity.RECALL || subject.budget() == 0 || control) {
        continue;
      }
      at(
              fidelity.where(other -> other.on().equals(subject.on())),
              RANDOM,
              subject.budget(),
              Quantity.RECALL)
          .filter(random -> each.typical() <= random.typical())
          .ifPresent(
              random ->
                  beaten
                      .computeIfAbsent(subject.mechanism(), m -> new ArrayList<>())
                      .add(
                          "%s at 1/%d: %s, random %s"
                              .formatted(
                                  subject.on(),
                                  subject.budget(),
                                  number(each.typical()),
                                  number(random.typical()))));
    }
    if (mechanisms(fidelity).contains(RANDOM)) {
      line("### No better than random keys");
      line("");
      if (beaten.isEmpty()) {
        line("None: every mechanism with a budget recalls more than random keys at each of them.");
      } else {
        line("These recall no more than random keys at an equal budget.");
        line("");
        table(List.of("Mechanism", "Where"));
        beaten.forEach((name, where) -> row(List.of("`" + name + "`", String.join("; ", where))));
      }
      line("");
    }
  }

  private void refusals() {
    Map<String, Set<String>> reasons = new TreeMap<>();
    for (Measurement each : measured.all()) {
      if (each.quantity() == null) {
        Subject subject = each.subject();
        String where = subject.part().equals("fidelity") ? subject.on() : Group.of(subject).title();
        String at = subject.length() == 0 ? "" : ", " + tokens(subject.length());
        String reason = each.reason().replace("|", "\\|");
        reasons
            .computeIfAbsent(subject.spec(), spec -> new LinkedHashSet<>())
            .add(subject.part() + ", " + where + at + ": " + cut(reason));
      }
    }
    if (!reasons.isEmpty()) {
      line("### Not measured, and why");
      line("");
      table(List.of("Mechanism", "Reasons"));
      reasons.forEach((spec, all) -> row(List.of("`" + spec + "`", String.join("<br>", all))));
      line("");
    }
  }

  private static String cut(String reason) {
    return reason.length() <= LONGEST_REASON
        ? reason
        : reason.substring(0, LONGEST_REASON).strip() + "…";
  }

  private void table(List<String> header) {
    row(header);
    row(header.stream().map(each -> "---").toList());
  }

  private void row(List<String> cells) {
    line("| " + String.join(" | ", cells) + " |");
  }

  private static String cell(
      Optional<Measurement> measurement, Function<Measurement, String> text) {
    return measurement.map(text).orElse("–");
  }

  private static String spread(Measurement time) {
    return "%s (%s–%s)".formatted(number(time.typical()), number(time.low()), number(time.high()));
  }

  private static String meanAndWorst(Measurement each) {
    return number(each.typical()) + " (" + number(each.worst()) + ")";
  }

  private static String whole(Measurement each) {
    return String.format(Locale.ROOT, "%,.0f", each.typical());
  }

  static String tokens(int length) {
    return length % 1_024 == 0 ? length / 1_024 + "K" : String.valueOf(length);
  }

  /** Three digits, or thousandths. */
  static String number(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }

  static String slug(String on) {
    return "recall-" + on.replaceAll("[^A-Za-z0-9]+", "-");
  }
}
