package io.sparkattention.udfs.metrics;

import java.util.Collection;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** The metrics, each of one executor or of several together. */
public enum InferenceMetric {
  ROWS("rows that were computed, those with an error included", InferenceCounts::rows),
  ROW_ERRORS("rows that have an error in place of a result", InferenceCounts::rowErrors),
  TOKENS("tokens that models have read", InferenceCounts::tokens),
  TOKENS_SPARED(
      "of these, tokens in blocks that were known, which were not read again",
      InferenceCounts::spared),
  TOKENS_WRITTEN("tokens of the texts that models have written", InferenceCounts::written),
  TOKENS_PER_SECOND(
      "tokens a second, over the time in which some task had a model",
      Of.RATIO,
      counts -> counts.stream().mapToDouble(InferenceCounts::tokensPerSecond).sum()),
  BATCHES("forward passes", InferenceCounts::batches),
  BATCH_TOKENS(
      "tokens of a batch, on average",
      Of.RATIO,
      counts -> ratio(counts, InferenceCounts::tokens, InferenceCounts::batches)),
  BATCH_SEQUENCES(
      "sequences of a batch, on average",
      Of.RATIO,
      counts -> ratio(counts, InferenceCounts::sequences, InferenceCounts::batches)),
  PADDING_SHARE(
      "share of padding, were each batch as wide as its longest sequence; packed batches spare it",
      Of.RATIO,
      counts -> complement(ratio(counts, InferenceCounts::tokens, InferenceCounts::slots))),
  POOL_IDLE_SHARE(
      "share of their time in which the pool's threads had nothing to run while a task had a model",
      Of.RATIO,
      counts ->
          complement(
              sum(counts, InferenceCounts::busyNanos)
                  / counts.stream().mapToDouble(InferenceCounts::threadNanos).sum())),
  OUT_OF_MEMORY("batches for which the device had no room", InferenceCounts::outOfMemory),
  MODELS_LOADED("how often a model was loaded", InferenceCounts::modelsLoaded),
  MODELS("models that are loaded now", Of.MOMENT, counts -> sum(counts, InferenceCounts::models)),
  DEVICE_BYTES(
      "memory that is occupied on the devices in use; of a CPU, that of the process",
      Of.MOMENT,
      counts -> sum(counts, InferenceCounts::deviceBytes));

  /** What a value speaks of. */
  public enum Of {
    /** All that was ever counted; it only grows. */
    TOTAL,
    /** All that was ever counted, as a ratio. */
    RATIO,
    /** This moment, and the executors that are alive. */
    MOMENT
  }

  private final String summary;
  private final Of of;
  private final ToDoubleFunction<Collection<InferenceCounts>> value;

  InferenceMetric(String summary, ToLongFunction<InferenceCounts> count) {
    this(summary, Of.TOTAL, counts -> sum(counts, count));
  }

  InferenceMetric(String summary, Of of, ToDoubleFunction<Collection<InferenceCounts>> value) {
    this.summary = summary;
    this.of = of;
    this.value = value;
  }

  /** Its name in the registry, such as {@code row-errors}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What it is, in one line. */
  public String summary() {
    return summary;
  }

  /** What its value speaks of. */
  public Of of() {
    return of;
  }

  /** Its value over some executors; 0 where nothing was counted. */
  public double value(Collection<InferenceCounts> counts) {
    double found = value.applyAsDouble(counts);
    return Double.isFinite(found) ? found : 0;
  }

  private static double sum(
      Collection<InferenceCounts> counts, ToLongFunction<InferenceCounts> count) {
    return counts.stream().mapToLong(count).sum();
  }

  private static double ratio(
      Collection<InferenceCounts> counts,
      ToLongFunction<InferenceCounts> part,
      ToLongFunction<InferenceCounts> whole) {
    return sum(counts, part) / sum(counts, whole);
  }

  /** What is left to 1; not a number stays what it is. */
  private static double complement(double share) {
    return Math.max(0, 1 - share);
  }
}
