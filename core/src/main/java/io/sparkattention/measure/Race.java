package io.sparkattention.measure;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.AttentionInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Times contenders on the same inputs, interleaved: each has its turn in every round, in another
 * order, so that what slows the machine down slows all of them.
 */
final class Race {

  /** Seconds of each round, in their order, and bytes. */
  record Result(double[] seconds, long bytes) {

    double median() {
      double[] sorted = seconds.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }

    double mean() {
      return Arrays.stream(seconds).average().orElse(Double.NaN);
    }
  }

  /** The inputs that a contender attends to in a call, one after the other. */
  interface Inputs {

    /**
     * @param call counted from 0 behind the warm-ups, which have the inputs of the first call
     */
    List<AttentionInput> of(Contender contender, int call);
  }

  private static final int WARM = 100; // calls after which Java's compiler has seen them
  private static final double ENOUGH = 0.5; // seconds of warm-ups

  private final Setup setup;
  private final Inputs inputs;
  private final NDArray marker;

  /** All calls have the same input. */
  Race(Setup setup, AttentionInput input, NDManager scope) {
    this(setup, (contender, call) -> List.of(input), scope);
  }

  Race(Setup setup, Inputs inputs, NDManager scope) {
    this.setup = setup;
    this.inputs = inputs;
    marker = scope.create(0f);
  }

  /**
   * Runs all.
   *
   * @param failed told of those that failed in their warm-up, and why
   */
  Map<Contender, Result> run(List<Contender> contenders, Consumer<Failure> failed) {
    Map<Contender, Long> bytes = new LinkedHashMap<>();
    Device device = setup.onDevice();
    for (Contender each : contenders) {
      try {
        bytes.put(each, warmUp(each, device));
      } catch (RuntimeException e) { // out of memory, or refused by what it calls
        failed.accept(new Failure(each, String.valueOf(e.getMessage())));
        bytes.remove(each);
      }
    }
    Map<Contender, List<Double>> seconds = new LinkedHashMap<>();
    for (int round = 0; round < setup.rounds(); round++) {
      List<Contender> order = new ArrayList<>(bytes.keySet());
      Collections.shuffle(order, new Random(round)); // what ran before lowers a GPU's clock
      for (Contender each : order) {
        try {
          List<AttentionInput> call = inputs.of(each, round);
          seconds.computeIfAbsent(each, c -> new ArrayList<>()).add(seconds(each, call));
        } catch (RuntimeException e) { // there is less memory when all take turns
          failed.accept(new Failure(each, String.valueOf(e.getMessage())));
          bytes.remove(each);
          seconds.remove(each);
        }
      }
    }
    Map<Contender, Result> results = new LinkedHashMap<>();
    bytes.forEach(
        (each, peak) ->
            results.put(
                each,
                new Result(
                    seconds.get(each).stream().mapToDouble(Double::doubleValue).toArray(), peak)));
    return results;
  }

  /** A contender that could not run. */
  record Failure(Contender contender, String reason) {}

  /** Calls until it is as fast as it gets; returns the bytes that one input takes. */
  private long warmUp(Contender contender, Device device) {
    List<AttentionInput> first = inputs.of(contender, 0);
    long start = System.nanoTime();
    long peak = PeakMemory.of(device, () -> seconds(contender, first.subList(0, 1)));
    for (int i = 1; i < WARM && System.nanoTime() - start < ENOUGH * 1e9; i++) {
      seconds(contender, first);
    }
    return peak;
  }

  /** Seconds that an input takes, where a call's inputs follow one another without a pause. */
  private double seconds(Contender contender, List<AttentionInput> call) {
    finish();
    long start = System.nanoTime();
    call.forEach(contender::attend);
    finish();
    return (System.nanoTime() - start) / 1e9 / call.size();
  }

  /** Reads a number of the device, which waits for all that was asked of it before. */
  private void finish() {
    marker.toFloatArray();
  }
}
