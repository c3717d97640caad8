package io.sparkattention.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMemory;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.measure.Race.Result;
import io.sparkattention.tensor.MeasureOperators;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What a step of decoding costs a layer over a long cache: one query of each sequence, which asks
 * for a needle, beside the fastest exact kernel, and the relative error of the output. Every call
 * is the next step of the same texts, see {@link DecodeSteps}, and attends in {@value #LAYERS}
 * layers one after the other, as a model does, each with what it remembers of the sequences. Keys
 * and values are the same in all of them: caches that outgrow the processor's own, as long ones do,
 * are read anew by each.
 */
public final class DecodeCost {

  private static final String PART = "decode";
  private static final int LAYERS = 16;

  private final Setup setup;
  private final int batch;
  private final Consumer<Measurement> sink;

  /**
   * @param batch sequences; each asks for the needle at another depth
   * @param sink told of each measurement as soon as it is made
   */
  public DecodeCost(Setup setup, int batch, Consumer<Measurement> sink) {
    this.setup = setup;
    this.batch = batch;
    this.sink = sink;
  }

  /** Measures mechanisms with so many cached tokens. */
  public void run(List<String> specs, int cached) {
    List<Contender> contenders = new ArrayList<>();
    for (Contender each : Contender.of(setup.onDevice(), specs)) {
      List<String> reasons = each.unsupportedReasons(setup.shape());
      if (reasons.isEmpty()) {
        contenders.add(each);
      } else {
        sink.accept(Measurement.none(subject(each, cached), String.join("; ", reasons)));
      }
    }
    try (NDManager scope = TorchEngine.newManager(setup.onDevice())) {
      DecodeSteps steps = new DecodeSteps(setup, batch, cached, scope);
      Map<Contender, Result> results = race(contenders, steps, scope, cached);
      double exact =
          results.entrySet().stream()
              .filter(entry -> entry.getKey().exact())
              .mapToDouble(entry -> entry.getValue().median())
              .min()
              .orElse(Double.NaN);
      results.forEach((each, result) -> tell(subject(each, cached), result, exact));
      List<Contender.Mechanism> mechanisms =
          results.keySet().stream()
              .filter(Contender.Mechanism.class::isInstance)
              .map(Contender.Mechanism.class::cast)
              .toList();
      errors(mechanisms, steps, scope, cached);
    }
  }

  /**
   * Exact kernels read all keys in every step, so that those which plan for a length do so once.
   */
  private Map<Contender, Result> race(
      List<Contender> contenders, DecodeSteps steps, NDManager scope, int cached) {
    List<AttentionMemory> layers =
        IntStream.range(0, LAYERS).mapToObj(layer -> new AttentionMemory(scope)).toList();
    try {
      Race race =
          new Race(
              setup,
              (contender, call) -> {
                boolean kernel = contender instanceof Contender.Kernel;
                AttentionInput step = kernel ? steps.last() : steps.step(call);
                return layers.stream().map(step::withMemory).toList();
              },
              scope);
      return race.run(
          contenders,
          failure ->
              sink.accept(
                  Measurement.none(subject(failure.contender(), cached), failure.reason())));
    } finally {
      layers.forEach(AttentionMemory::close);
    }
  }

  private void tell(Subject subject, Result result, double exact) {
    double[] milliseconds = Arrays.stream(result.seconds()).map(s -> s * 1e3).toArray();
    sink.accept(Measurement.median(subject, Quantity.MILLISECONDS, milliseconds));
    sink.accept(Measurement.of(subject, Quantity.MEAN_MILLISECONDS, result.mean() * 1e3));
    sink.accept(Measurement.of(subject, Quantity.SPEEDUP, exact / result.median()));
    if (result.bytes() >= 0) {
      sink.accept(Measurement.of(subject, Quantity.PEAK_BYTES, result.bytes()));
    }
  }

  /** Of all steps, which the mechanisms follow from the first on. */
  private void errors(
      List<Contender.Mechanism> mechanisms, DecodeSteps steps, NDManager scope, int cached) {
    Map<Contender.Mechanism, List<Double>> cases = new LinkedHashMap<>();
    mechanisms.forEach(each -> cases.put(each, new ArrayList<>()));
    try (AttentionMemory memory = new AttentionMemory(scope)) {
      for (int step = 0; step < DecodeSteps.COUNT; step++) {
        AttentionInput input = steps.step(step).withMemory(memory);
        try (NDManager local = scope.newSubManager();
            Attended exact = new DenseAttention().attend(input.in(local))) {
          for (Contender.Mechanism each : mechanisms) {
            try {
              add(cases.get(each), exact, each, input.in(local));
            } catch (RuntimeException e) {
              if (cases.remove(each) != null) {
                sink.accept(Measurement.none(subject(each, cached), "output: " + e.getMessage()));
              }
            }
          }
        }
        mechanisms = List.copyOf(cases.keySet());
      }
    }
    cases.forEach(
        (each, errors) ->
            sink.accept(
                Measurement.highIsWorse(
                    subject(each, cached),
                    Quantity.OUTPUT_ERROR,
                    errors.stream().mapToDouble(Double::doubleValue).toArray())));
  }

  private static void add(
      List<Double> cases, Attended exact, Contender.Mechanism each, AttentionInput input) {
    try (NDManager local = input.scope().newSubManager();
        Attended attended = each.attention().attend(input.in(local))) {
      NDArray errors =
          MeasureOperators.on(local).error(local, exact.output(), attended.output()); // (B, H)
      for (float error : errors.toFloatArray()) {
        cases.add((double) error);
      }
    }
  }

  private Subject subject(Contender contender, int cached) {
    return setup.subject(PART, contender.spec(), batch, cached);
  }
}
