package io.sparkattention.model.seq2seq;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.sparkattention.OneThread;
import io.sparkattention.generate.GenerativeModels;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.tensor.ReplayingRecorder;
import io.sparkattention.tensor.StepRecording;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that are recorded and run again give what steps give that run as they are. */
@ExtendWith(OneThread.class)
class RecordedStepsTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");

  private final ReplayingRecorder recorder = new ReplayingRecorder();
  private Continuation plain;
  private Continuation recorded;
  private NDManager scope;

  @ParameterizedTest
  @ValueSource(strings = {"bart", "led", "t5"})
  void ofBeamsAndOfRowsThatLeaveAndEnter(String name) {
    Random random = new Random(name.hashCode());
    try (GoldenText golden = GoldenText.open(name);
        Seq2SeqLm model =
            (Seq2SeqLm) GenerativeModels.load(GoldenText.directory(name), ModelSpec.of(name))) {
      List<int[]> prompts = golden.prompts();
      int before = NativeArrays.count(model.owner());
      int lists = NativeArrays.lists();
      beams(model, prompts, random);
      assertThat(recorder.recordings()).as("one for three texts, one for two").isEqualTo(2);
      assertThat(recorder.replays()).isEqualTo(12 - 2 + 9 - 2);
      assertThat(recorder.open()).isZero();
      rows(model, prompts, random);
      assertThat(recorder.recordings()).as("none is of use after a row begins").isEqualTo(4);
      assertThat(recorder.open()).isZero();
      assertThat(NativeArrays.count(model.owner())).isEqualTo(before);
      assertThat(NativeArrays.lists()).isEqualTo(lists);
    }
  }

  /** Beams of three texts that continue one another at random; then one of the texts leaves. */
  private void beams(Seq2SeqLm model, List<int[]> prompts, Random random) {
    try (NDManager forward = model.owner().newSubManager();
        Continuation one = continuation(model, 3, new StepRecording());
        Continuation other = continuation(model, 3, recorder.recording())) {
      use(forward, one, other);
      begin(new int[] {0, 1, 2}, prompts.subList(0, 3));
      plain.spread(4);
      recorded.spread(4);
      for (int step = 0; step < 12; step++) {
        next(random);
        select(IntStream.range(0, 12).map(row -> row / 4 * 4 + random.nextInt(4)).toArray());
      }
      select(new int[] {8, 9, 10, 11, 4, 4, 5, 7});
      for (int step = 0; step < 9; step++) {
        next(random);
        select(IntStream.range(0, 8).map(row -> row / 4 * 4 + random.nextInt(4)).toArray());
      }
    }
  }

  /** Rows of different lengths; one leaves and another text enters. */
  private void rows(Seq2SeqLm model, List<int[]> prompts, Random random) {
    try (NDManager forward = model.owner().newSubManager();
        Continuation one = continuation(model, 3, new StepRecording());
        Continuation other = continuation(model, 3, recorder.recording())) {
      use(forward, one, other);
      begin(new int[] {0, 1, 2}, prompts.subList(3, 6));
      for (int step = 0; step < 6; step++) {
        next(random);
      }
      begin(new int[] {1}, prompts.subList(7, 8));
      for (int step = 0; step < 6; step++) {
        next(random);
      }
    }
  }

  private static Continuation continuation(Seq2SeqLm model, int rows, StepRecording recording) {
    return new Seq2SeqContinuation(model.model(), FULL, rows, 24, List.of(), recording);
  }

  private void use(NDManager forward, Continuation one, Continuation other) {
    scope = forward;
    plain = one;
    recorded = other;
  }

  private void begin(int[] rows, List<int[]> prompts) {
    float[] expected = plain.begin(scope, rows, prompts).toFloatArray();
    assertThat(recorded.begin(scope, rows, prompts).toFloatArray()).isEqualTo(expected);
  }

  private void next(Random random) {
    int[] ids = random.ints(plain.rows(), 5, 100).toArray();
    float[] expected = plain.next(scope, ids).toFloatArray();
    float[] found = recorded.next(scope, ids).toFloatArray();
    assertThat(found).containsExactly(expected, Offset.offset(1e-4f));
  }

  private void select(int[] rows) {
    plain.select(rows);
    recorded.select(rows);
  }
}
