package io.sparkattention.measure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.AttentionMask;
import io.sparkattention.attention.AttentionMemory;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.attention.Site;
import io.sparkattention.measure.Race.Result;
import io.sparkattention.tensor.MeasureOperators;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What a step of decoding costs over a long cache: one query of each sequence, which asks for a
 * needle, beside the fastest exact kernel, and the relative error of the output.
 */
public final class DecodeCost {

  private static final String PART = "decode";

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
      AttentionInput input = step(scope, cached);
      Map<Contender, Result> results =
          new Race(setup, input, scope)
              .run(
                  contenders,
                  failure ->
                      sink.accept(
                          Measurement.none(
                              subject(failure.contender(), cached), failure.reason())));
      double exact =
          results.entrySet().stream()
              .filter(entry -> entry.getKey().exact())
              .mapToDouble(entry -> entry.getValue().median())
              .min()
              .orElse(Double.NaN);
      try (Attended reference = new DenseAttention().attend(input)) {
        results.forEach((each, result) -> tell(each, input, result, exact, reference));
      }
    }
  }

  private void tell(
      Contender each, AttentionInput input, Result result, double exact, Attended reference) {
    Subject subject = subject(each, (int) input.key().getShape().get(2));
    double[] milliseconds = Arrays.stream(result.seconds()).map(s -> s * 1e3).toArray();
    sink.accept(Measurement.median(subject, Quantity.MILLISECONDS, milliseconds));
    sink.accept(Measurement.of(subject, Quantity.SPEEDUP, exact / result.median()));
    if (result.bytes() >= 0) {
      sink.accept(Measurement.of(subject, Quantity.PEAK_BYTES, result.bytes()));
    }
    if (!(each instanceof Contender.Mechanism mechanism)) {
      return;
    }
    try (NDManager local = input.scope().newSubManager();
        Attended attended = mechanism.attention().attend(input.in(local))) {
      float[] errors =
          MeasureOperators.on(local)
              .error(local, reference.output(), attended.output())
              .toFloatArray(); // (B, H)
      double[] cases = new double[errors.length];
      Arrays.setAll(cases, i -> errors[i]);
      sink.accept(Measurement.highIsWorse(subject, Quantity.OUTPUT_ERROR, cases));
    } catch (RuntimeException e) {
      sink.accept(Measurement.none(subject, "output: " + e.getMessage()));
    }
  }

  /**
   * One query a sequence over its cache: (B, H, 1, D) and (B, Hkv, cached, D). It carries a memory,
   * so that what mechanisms keep of the cache between steps is made in the warm-up.
   */
  private AttentionInput step(NDManager scope, int cached) {
    NDList queries = new NDList();
    NDList keys = new NDList();
    NDList values = new NDList();
    for (int b = 0; b < batch; b++) {
      AttentionInput text =
          new LongInputs(
                  cached,
                  setup.heads(),
                  setup.keyValueHeads(),
                  setup.headSize(),
                  setup.direction(),
                  Setup.SEED + b)
              .input(scope, setup.precision(), b % LongInputs.DEPTHS);
      queries.add(new Span(cached - 1, cached).of(scope, text.query()).duplicate());
      text.query().close();
      keys.add(text.key());
      values.add(text.value());
    }
    NDArray query = joined(scope, queries);
    NDArray key = joined(scope, keys);
    NDArray value = joined(scope, values);
    int[] ones = new int[batch];
    Arrays.fill(ones, 1);
    int[] lengths = new int[batch];
    Arrays.fill(lengths, cached);
    int[] offsets = new int[batch];
    Arrays.fill(offsets, cached - 1);
    AttentionMask mask = new AttentionMask(setup.direction(), offsets, ones, lengths);
    Site site = new Site(0, Site.Kind.SELF, Site.Phase.DECODE);
    return AttentionInput.padded(query, key, value, mask, site, scope)
        .withMemory(new AttentionMemory(scope));
  }

  private static NDArray joined(NDManager scope, NDList parts) {
    NDArray joined = NDArrays.concat(parts, 0);
    joined.attach(scope);
    parts.close();
    return joined;
  }

  private Subject subject(Contender contender, int cached) {
    return setup.subject(PART, contender.spec(), batch, cached);
  }
}
