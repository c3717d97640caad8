package io.sparkattention.measure;

import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attended;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.AttentionInput;
import io.sparkattention.attention.Attentions;
import io.sparkattention.tensor.TorchEngine;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What mechanisms find in {@link LongInputs}: how much of the exact attention they recall on seeded
 * rows and on rows that ask for a needle, at each of ten depths and in every head.
 */
public final class RecallMeasure {

  private static final String PART = "recall";
  private static final int ROWS = 32;

  private final Setup setup;
  private final Consumer<Measurement> sink;

  /**
   * @param sink told of each measurement as soon as it is made
   */
  public RecallMeasure(Setup setup, Consumer<Measurement> sink) {
    this.setup = setup;
    this.sink = sink;
  }

  /** What one mechanism was seen to do, or why it could not. */
  private static final class Seen {
    private final Map<Quantity, List<Double>> cases = new EnumMap<>(Quantity.class);
    private String failure;

    void add(Quantity quantity, float[] heads) {
      List<Double> list = cases.computeIfAbsent(quantity, q -> new ArrayList<>());
      for (float each : heads) {
        list.add((double) each);
      }
    }
  }

  /** Measures mechanisms at each of the lengths. */
  public void run(List<String> specs, int[] lengths) {
    Map<String, Attention> mechanisms = new LinkedHashMap<>();
    for (String spec : specs) {
      Attention mechanism = Attentions.REGISTRY.parse(spec);
      List<String> reasons = mechanism.unsupportedReasons(setup.shape());
      if (reasons.isEmpty()) {
        mechanisms.put(spec, mechanism);
      } else {
        sink.accept(Measurement.none(subject(spec, 0), String.join("; ", reasons)));
      }
    }
    for (int length : lengths) {
      run(mechanisms, length);
    }
  }

  private void run(Map<String, Attention> mechanisms, int length) {
    LongInputs inputs = setup.inputs(length);
    Map<String, Seen> all = new LinkedHashMap<>();
    mechanisms.keySet().forEach(spec -> all.put(spec, new Seen()));
    try (NDManager scope = TorchEngine.newManager(setup.onDevice())) {
      AttentionInput first = inputs.input(scope, setup.precision(), 0);
      for (int depth = 0; depth < LongInputs.DEPTHS; depth++) {
        try (NDManager local = scope.newSubManager()) {
          AttentionInput asked = depth == 0 ? first.in(local) : inputs.asking(first, local, depth);
          for (var entry : mechanisms.entrySet()) {
            Seen seen = all.get(entry.getKey());
            if (seen.failure == null) {
              look(entry.getValue(), inputs, asked, depth, seen);
            }
          }
        }
      }
    }
    all.forEach((spec, seen) -> tell(subject(spec, length), seen));
  }

  private static void look(
      Attention mechanism, LongInputs inputs, AttentionInput asked, int depth, Seen seen) {
    try (NDManager scope = asked.scope().newSubManager();
        Attended attended = mechanism.attend(asked.in(scope))) {
      for (int row : inputs.questionRows()) {
        MassRecall recall = MassRecall.of(asked.in(scope), attended, row, inputs.needle(depth));
        seen.add(Quantity.QUESTION_RECALL, recall.mass());
        seen.add(Quantity.NEEDLE_RECALL, recall.needle());
        seen.add(Quantity.KEYS_READ, recall.keysRead());
      }
      if (depth == 0) {
        for (int row : inputs.rows(ROWS)) {
          MassRecall recall = MassRecall.of(asked.in(scope), attended, row, inputs.needle(0));
          seen.add(Quantity.RECALL, recall.mass());
          seen.add(Quantity.OUTPUT_ERROR, recall.error());
          seen.add(Quantity.KEYS_READ, recall.keysRead());
        }
      }
    } catch (RuntimeException e) {
      seen.failure = String.valueOf(e.getMessage());
    }
  }

  private void tell(Subject subject, Seen seen) {
    if (seen.failure != null) {
      sink.accept(Measurement.none(subject, seen.failure));
      return;
    }
    seen.cases.forEach(
        (quantity, list) -> {
          double[] cases = list.stream().mapToDouble(Double::doubleValue).toArray();
          boolean lowIsWorse = quantity != Quantity.KEYS_READ && quantity != Quantity.OUTPUT_ERROR;
          sink.accept(
              lowIsWorse
                  ? Measurement.lowIsWorse(subject, quantity, cases)
                  : Measurement.highIsWorse(subject, quantity, cases));
        });
  }

  private Subject subject(String spec, int length) {
    return setup.subject(PART, spec, 1, length);
  }
}
