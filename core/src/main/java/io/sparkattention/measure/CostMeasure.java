package io.sparkattention.measure;

import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.measure.Race.Result;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What mechanisms cost over generated inputs of growing length: time beside the fastest exact
 * kernel of the same run, bytes, keys that a query reads, and by which power of the length time
 * grows.
 */
public final class CostMeasure {

  private static final String PART = "cost";
  private static final int ROWS = 8;
  private static final int WORST_GROWTH = 2; // exponent of time and bytes, until it is known

  private final Setup setup;
  private final Consumer<Measurement> sink;
  private final Map<String, Map<Integer, Double>> seconds = new HashMap<>();
  private final Map<String, Map<Integer, Double>> bytes = new HashMap<>();

  /**
   * @param sink told of each measurement as soon as it is made
   */
  public CostMeasure(Setup setup, Consumer<Measurement> sink) {
    this.setup = setup;
    this.sink = sink;
  }

  /** Measures mechanisms at lengths in their order, which should be rising. */
  public void run(List<String> specs, int[] lengths) {
    List<Contender> contenders = new ArrayList<>();
    for (Contender each : Contender.of(setup.onDevice(), specs)) {
      List<String> reasons = each.unsupportedReasons(setup.shape());
      if (reasons.isEmpty()) {
        contenders.add(each);
      } else {
        sink.accept(Measurement.none(subject(each, 0), String.join("; ", reasons)));
      }
    }
    for (int length : lengths) {
      run(contenders, length);
    }
    for (Contender each : contenders) {
      Map<Integer, Double> times = seconds.getOrDefault(each.spec(), Map.of());
      if (times.size() > 1) {
        int longest = new TreeMap<>(times).lastKey();
        double exponent = Growth.exponent(times);
        sink.accept(Measurement.of(subject(each, longest), Quantity.GROWTH, exponent));
      }
    }
  }

  private void run(List<Contender> contenders, int length) {
    try (NDManager scope = TorchEngine.newManager(setup.onDevice())) {
      AttentionInput input = setup.inputs(length).input(scope, setup.precision(), 4);
      List<Contender> fit = contenders.stream().filter(each -> fits(each, length)).toList();
      Race race = new Race(setup, input, scope);
      Map<Contender, Result> results =
          race.run(
              fit,
              failure ->
                  sink.accept(
                      Measurement.none(subject(failure.contender(), length), failure.reason())));
      double exact =
          results.entrySet().stream()
              .filter(entry -> entry.getKey().exact())
              .mapToDouble(entry -> entry.getValue().median())
              .min()
              .orElse(Double.NaN);
      results.forEach((each, result) -> tell(each, length, result, exact));
      for (Contender each : results.keySet()) {
        keysRead(each, input, length);
      }
    }
  }

  /** Whether a contender may run, as far as shorter lengths tell. */
  private boolean fits(Contender contender, int length) {
    double took = expected(seconds, contender, length);
    double held = expected(bytes, contender, length);
    if (took > setup.longestSeconds()) {
      String reason = "would take about %.0f s".formatted(took);
      sink.accept(Measurement.none(subject(contender, length), reason));
      return false;
    }
    long room = PeakMemory.available(setup.onDevice());
    if (held > room) {
      String reason = "would take about %.0f GB".formatted(held / 1e9);
      sink.accept(Measurement.none(subject(contender, length), reason));
      return false;
    }
    return true;
  }

  private static double expected(
      Map<String, Map<Integer, Double>> known, Contender contender, int length) {
    Map<Integer, Double> byLength = known.getOrDefault(contender.spec(), Map.of());
    if (byLength.isEmpty()) {
      return 0;
    }
    TreeMap<Integer, Double> ascending = new TreeMap<>(byLength);
    var last = ascending.lastEntry();
    var before = ascending.lowerEntry(last.getKey());
    double exponent =
        before == null || before.getValue() <= 0
            ? WORST_GROWTH
            : Math.log(last.getValue() / before.getValue())
                / Math.log((double) last.getKey() / before.getKey());
    double longer = (double) length / last.getKey();
    return last.getValue() * Math.pow(longer, Math.max(1, Math.min(WORST_GROWTH, exponent)));
  }

  private void tell(Contender each, int length, Result result, double exact) {
    Subject subject = subject(each, length);
    seconds.computeIfAbsent(each.spec(), s -> new HashMap<>()).put(length, result.median());
    double[] milliseconds = result.seconds().clone();
    for (int i = 0; i < milliseconds.length; i++) {
      milliseconds[i] *= 1e3;
    }
    sink.accept(Measurement.median(subject, Quantity.MILLISECONDS, milliseconds));
    sink.accept(Measurement.of(subject, Quantity.SPEEDUP, exact / result.median()));
    if (result.bytes() >= 0) {
      bytes.computeIfAbsent(each.spec(), s -> new HashMap<>()).put(length, (double) result.bytes());
      sink.accept(Measurement.of(subject, Quantity.PEAK_BYTES, result.bytes()));
    }
  }

  private void keysRead(Contender contender, AttentionInput input, int length) {
    if (!(contender instanceof Contender.Mechanism mechanism)) {
      return;
    }
    LongInputs inputs = setup.inputs(length);
    List<Double> read = new ArrayList<>();
    try (NDManager scope = input.scope().newSubManager();
        Attended attended = mechanism.attention().attend(input.in(scope))) {
      for (int row : inputs.rows(ROWS)) {
        MassRecall recall = MassRecall.of(input.in(scope), attended, row, new Span(0, 1));
        for (float keys : recall.keysRead()) {
          read.add((double) keys);
        }
      }
    } catch (RuntimeException e) {
      sink.accept(Measurement.none(subject(contender, length), "rows: " + e.getMessage()));
      return;
    }
    double[] cases = read.stream().mapToDouble(Double::doubleValue).toArray();
    sink.accept(Measurement.highIsWorse(subject(contender, length), Quantity.KEYS_READ, cases));
  }

  private Subject subject(Contender contender, int length) {
    return setup.subject(PART, contender.spec(), 1, length);
  }
}
