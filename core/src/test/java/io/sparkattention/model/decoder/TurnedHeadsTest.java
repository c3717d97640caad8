package io.sparkattention.model.decoder;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.OneThread;
import io.sparkattention.attention.PlainRotation;
import io.sparkattention.attention.Rotation;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelLoadException;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.AttentionArrays;
import io.sparkattention.tensor.Precision;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What decoders tell mechanisms of how their heads turn. */
@ExtendWith(OneThread.class)
class TurnedHeadsTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");
  private static final int OWN = 6;
  private static final int FURTHER = 7;

  /** The first layer's keys know of nothing but their tokens and where these stand. */
  @ParameterizedTest
  @CsvSource({
    "llama, 1e-4",
    "llama-bf16, 3e-2",
    "llama-rope-linear, 1e-4",
    "llama-rope-llama3, 1e-4",
    "llama-rope-yarn, 1e-4",
    "mistral-yarn, 1e-4",
    "gemma3, 1e-4",
    "phi3, 1e-4",
    "phi3-longrope, 1e-4",
    "qwen2, 1e-4",
    "smollm3, 1e-4"
  })
  void keysThatAreTurnedStandWhereTheSameTokensStandLaterInAnotherText(
      String name, double tolerance) {
    Random random = new Random(21);
    int[] before = random.ints(20 + FURTHER, 5, 320).toArray();
    int[] own = random.ints(OWN, 5, 320).toArray();
    // short and long ones beside one another: some embeddings turn by other angles in these
    int[] starts = {0, FURTHER, 20, 20 + FURTHER};
    List<int[]> texts =
        Arrays.stream(starts)
            .mapToObj(
                start -> IntStream.concat(Arrays.stream(before, 0, start), Arrays.stream(own)))
            .map(IntStream::toArray)
            .toList();
    AttentionProbe probe =
        (input, attended) -> {
          if (input.site().layer() == 0) {
            NDManager scope = input.scope();
            long[] by = new long[(int) input.key().getShape().get(2)];
            Arrays.fill(by, FURTHER);
            NDArray further =
                input
                    .keyRotation()
                    .orElseThrow()
                    .turned(scope, input.key(), scope.create(by).reshape(1, 1, by.length));
            for (int row = 0; row < starts.length; row += 2) {
              assertClose(
                  keys(further, row, starts[row]),
                  keys(input.key(), row + 1, starts[row + 1]),
                  tolerance,
                  name + ", text " + row);
            }
          }
        };
    read(name, ModelSpec.of(name), texts, List.of(probe));
  }

  private static float[] keys(NDArray all, int row, int from) {
    NDArray some = all.get("{}:{}, :, {}:{}", row, row + 1, from, from + OWN);
    return AttentionArrays.on(all.getManager())
        .cast(all.getManager(), some, Precision.FP32)
        .toFloatArray();
  }

  /** Against heads that are turned in plain Java, by every query and key. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "llama-grouped-tied"})
  void noKeyIsFurtherThanTheWindow(String name) {
    int window = 4;
    List<int[]> texts = List.of(new Random(22).ints(19, 5, 320).toArray());
    List<Integer> seen = new ArrayList<>();
    AttentionProbe probe =
        (input, attended) -> {
          int columns = input.headSize();
          PlainRotation rotation = new PlainRotation(columns, false, 10_000);
          float[] query = input.query().toFloatArray();
          float[] key = input.key().toFloatArray();
          float[] weights = attended.weights(0, 19).toFloatArray();
          float[] expected = new float[weights.length];
          int group = input.heads() / input.keyValueHeads();
          for (int row = 0; row < weights.length / 19; row++) {
            double sum = 0;
            for (int pass = 0; pass < 2; pass++) {
              for (int s = 0; s <= row % 19; s++) {
                int place = Math.max(s, row % 19 - window);
                double[] turned =
                    rotation.turned(
                        head(key, row / 19 / group * 19 + s, columns), (double) place - s);
                double[] asked = head(query, row, columns);
                double score =
                    IntStream.range(0, columns).mapToDouble(c -> asked[c] * turned[c]).sum();
                double weight = Math.exp(score * input.scale());
                sum += pass == 0 ? weight : 0;
                expected[row * 19 + s] = (float) (weight / sum);
              }
            }
          }
          assertClose(weights, expected, name + ", layer " + input.site().layer());
          seen.add(input.site().layer());
        };
    String spec = "block-memory:block=4,blocks=60,sinks=0,rows=5,positions=renumbered,window=";
    read(name, ModelSpec.of(name).withAttention(spec + window), texts, List.of(probe));
    assertThat(seen).containsExactly(0, 1);
  }

  private static double[] head(float[] numbers, int row, int columns) {
    return IntStream.range(row * columns, (row + 1) * columns)
        .mapToDouble(i -> numbers[i])
        .toArray();
  }

  @Test
  void layersThatHoldNoPositionTurnNothing() {
    List<Boolean> still = new ArrayList<>();
    AttentionProbe probe = (input, attended) -> still.add(input.rotation() == Rotation.NONE);
    read("smollm3", ModelSpec.of("smollm3"), List.of(new int[] {7, 8, 9}), List.of(probe));
    assertThat(still).containsExactly(false, true, false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "mpt", "llama-rope-dynamic"})
  void modelsWhoseHeadsDoNotTurnAreRefused(String name) {
    for (String mechanism : List.of("chunk-select", "block-memory")) {
      ModelSpec spec = ModelSpec.of(name).withAttention(mechanism + ":positions=renumbered");
      assertThatThrownBy(() -> CausalLm.load(GoldenText.directory(name), spec))
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining(mechanism)
          .hasMessageContaining("set positions=text");
    }
  }

  @Test
  void cachesThatDropKeysAreRefused() {
    ModelSpec spec = ModelSpec.of("llama").withAttention("chunk-select:positions=renumbered");
    try (CausalLm model = CausalLm.load(GoldenText.directory("llama"), spec)) {
      assertThat(model.decoder().unsupportedReasons(KvCachePolicies.REGISTRY.parse("h2o")))
          .singleElement()
          .asString()
          .contains("positions=renumbered");
      assertThat(model.decoder().unsupportedReasons(FULL)).isEmpty();
    }
  }

  private static void read(
      String name, ModelSpec spec, List<int[]> texts, List<AttentionProbe> probes) {
    try (CausalLm model = CausalLm.load(GoldenText.directory(name), spec);
        NDManager scope = model.decoder().owner().newSubManager()) {
      KvCache cache = model.decoder().newCache(scope, FULL, texts.size(), 40);
      int[] rows = IntStream.range(0, texts.size()).toArray();
      model.decoder().read(scope, TokenBatch.ofIds(texts), cache, rows, probes).close();
    }
  }
}
