package io.sparkattention.udfs.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.model.Outcome;
import io.sparkattention.text.TokenBatch;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InferenceMetricTest {

  private static final long SECOND = 1_000_000_000L;

  private final AtomicLong nanos = new AtomicLong();
  private final InferenceActivity activity = new InferenceActivity(nanos::get);

  /** Two batches in ten seconds of use, of which each of two threads ran four. */
  private InferenceCounts counts() {
    activity.poolOf(2);
    activity.modelLoaded();
    activity.useBegins();
    activity.useBegins(); // a second task at the same time
    activity.read(new TokenBatch(new int[12], null, new int[] {0, 8, 12})); // 16 slots
    activity.read(new TokenBatch(new int[8], null, new int[] {0, 8}));
    activity.wrote(5);
    activity.wrote(2);
    activity.outOfMemory(new TokenBatch(new int[8], null, new int[] {0, 8}));
    activity.busy(8 * SECOND);
    activity.spared(2);
    activity.spared(3);
    activity.row(Outcome.of("fine"));
    activity.row(Outcome.failure("wrong"));
    activity.deviceBytes(() -> 1_000);
    nanos.addAndGet(10 * SECOND);
    activity.useEnds();
    activity.useEnds();
    nanos.addAndGet(90 * SECOND); // of which nobody waits
    return activity.counts();
  }

  private static double value(InferenceMetric metric, InferenceCounts... counts) {
    return metric.value(List.of(counts));
  }

  @Test
  void oneExecutor() {
    InferenceCounts counts = counts();
    assertThat(value(InferenceMetric.ROWS, counts)).isEqualTo(2);
    assertThat(value(InferenceMetric.ROW_ERRORS, counts)).isEqualTo(1);
    assertThat(value(InferenceMetric.TOKENS, counts)).isEqualTo(20);
    assertThat(value(InferenceMetric.TOKENS_SPARED, counts)).isEqualTo(5);
    assertThat(value(InferenceMetric.TOKENS_WRITTEN, counts)).isEqualTo(7);
    assertThat(value(InferenceMetric.TOKENS_PER_SECOND, counts)).isEqualTo(2);
    assertThat(value(InferenceMetric.BATCHES, counts)).isEqualTo(2);
    assertThat(value(InferenceMetric.BATCH_TOKENS, counts)).isEqualTo(10);
    assertThat(value(InferenceMetric.BATCH_SEQUENCES, counts)).isEqualTo(1.5);
    assertThat(value(InferenceMetric.PADDING_SHARE, counts)).isEqualTo(1 - 20 / 24.0);
    assertThat(value(InferenceMetric.POOL_IDLE_SHARE, counts)).isEqualTo(0.6);
    assertThat(value(InferenceMetric.OUT_OF_MEMORY, counts)).isEqualTo(1);
    assertThat(value(InferenceMetric.MODELS_LOADED, counts)).isEqualTo(1);
    assertThat(value(InferenceMetric.MODELS, counts)).isEqualTo(1);
    assertThat(value(InferenceMetric.DEVICE_BYTES, counts)).isEqualTo(1_000);
    activity.modelClosed();
    assertThat(value(InferenceMetric.MODELS, activity.counts())).isZero();
    assertThat(value(InferenceMetric.MODELS_LOADED, activity.counts())).isEqualTo(1);
  }

  @Test
  void executorsTogether() {
    InferenceCounts counts = counts();
    InferenceCounts idle = new InferenceActivity(nanos::get).counts();
    assertThat(value(InferenceMetric.TOKENS, counts, counts, idle)).isEqualTo(40);
    assertThat(value(InferenceMetric.TOKENS_PER_SECOND, counts, counts, idle)).isEqualTo(4);
    assertThat(value(InferenceMetric.BATCH_TOKENS, counts, counts, idle)).isEqualTo(10);
    assertThat(value(InferenceMetric.POOL_IDLE_SHARE, counts, counts, idle)).isEqualTo(0.6);
  }

  @ParameterizedTest
  @EnumSource(InferenceMetric.class)
  void nothingIsZero(InferenceMetric metric) {
    assertThat(metric.value(List.of())).isZero();
    assertThat(value(metric, new InferenceActivity(nanos::get).counts())).isZero();
    assertThat(metric.label()).matches("[a-z]+(-[a-z]+)*");
  }
}
