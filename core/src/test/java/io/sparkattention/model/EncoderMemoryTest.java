package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.tensor.Activation;
import io.sparkattention.tensor.Precision;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EncoderMemoryTest {

  private static final EncoderConfig MINILM =
      new EncoderConfig("bert", 384, 6, 12, 1536, Activation.GELU, 1e-12, 30_522, 512, 0, 2, 0);

  private static Optional<NativeRoom> mib(long mib, int forwards) {
    return Optional.of(new NativeRoom(mib << 20, forwards, "spark.executor.memoryOverhead"));
  }

  @Test
  void itIsWhatWasMeasured() {
    EncoderMemory memory = EncoderMemory.of(MINILM, Precision.FP32);
    assertThat(memory.weights() / 1e6).as("of 90.9 MB in model.safetensors").isBetween(88.0, 91.0);
    assertThat(4_096 * memory.perToken() / 1e6)
        .as("of 105 MB that 8 x 512 tokens took")
        .isBetween(95.0, 115.0);
    assertThat(EncoderMemory.of(MINILM, Precision.BF16).perToken())
        .isEqualTo(memory.perToken() / 2);
  }

  @Test
  void batchesFollowFromTheRoom() {
    EncoderMemory memory = EncoderMemory.of(MINILM, Precision.FP32);
    assertThat(memory.budget(Optional.empty())).isEqualTo(Budgets.CPU);
    assertThat(memory.budget(mib(4_096, 4))).isEqualTo(Budgets.CPU);
    assertThat(memory.budget(mib(400, 1)).maxTokens()).isBetween(2_000, 3_000);
    assertThat(memory.budget(mib(400, 2)).maxTokens()).isBetween(1_000, 1_500);
  }

  @Test
  void tooLittleRoomIsRefusedAtTheStart() {
    EncoderMemory memory = EncoderMemory.of(MINILM, Precision.FP32);
    assertThat(memory.problem(mib(400, 2).get(), 512)).isEmpty();
    assertThat(memory.problem(mib(384, 4).get(), 512))
        .contains(
            "384 MiB outside the heap are too few for weights of 85 MiB and 4 sequences of 512"
                + " tokens at a time: set spark.executor.memoryOverhead to at least 391 MiB");
    assertThat(memory.problem(mib(391, 4).get(), 512)).isEmpty();
    assertThatThrownBy(() -> new NativeRoom(0, 1, "nothing"))
        .hasMessage("0 bytes for 1 forward passes: both must be positive");
  }

  @Test
  void theReasonIsToldWithAllOthers() {
    Inference inference = new Inference(Golden.POOL, InferenceListener.NONE, mib(100, 1));
    ModelSpec spec = ModelSpec.of("tiny").withAttention("none-such");
    assertThatThrownBy(
            () -> LoadedModel.load(Golden.directory("bert-sentence-transformer"), spec, inference))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining("none-such")
        .hasMessageContaining("100 MiB outside the heap are too few");
  }
}
