package io.sparkattention.model.decoder;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.OneThread;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.Attentions;
import io.sparkattention.attention.Direction;
import io.sparkattention.attention.Site;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.EditableCheckpoint;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.registry.Registry;
import io.sparkattention.tensor.Precision;
import io.sparkattention.text.TokenBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cache may not change: how a text is cut, which rows are beside it, what watches. */
@ExtendWith(OneThread.class)
class CachedReadingTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");
  private static final double TOLERANCE = 1e-4;

  /** Mechanisms of which a query's weights follow from the queries that are read beside it. */
  private static final Set<String> BY_QUERIES =
      Set.of("calibrated", "entropy-temperature", "prob-sparse");

  /** All mechanisms that can hide the future and give every query weights of its own. */
  static Stream<String> mechanisms() {
    AttentionShape causal =
        new AttentionShape(
            4, 2, 16, Site.Kind.SELF, Direction.CAUSAL, false, Precision.FP32, Device.cpu());
    return Attentions.REGISTRY.entries().stream()
        .map(Registry.Entry::name)
        .filter(name -> !BY_QUERIES.contains(name))
        .filter(name -> Attentions.REGISTRY.parse(name).unsupportedReasons(causal).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma3", "gpt2", "mpt-six-heads", "phi3", "smollm3"})
  void tokenByTokenAndInChunksAsAtOnce(String name) {
    try (CausalLm model = GoldenText.load(name)) {
      List<int[]> texts = texts(11, 3, 19);
      List<float[]> atOnce = last(model, FULL, texts, List.of(19), List.of());
      assertAll(last(model, FULL, texts, List.of(1), List.of()), atOnce, TOLERANCE, "one by one");
      assertAll(last(model, FULL, texts, List.of(4, 1, 7), List.of()), atOnce, TOLERANCE, "parts");
    }
  }

  @ParameterizedTest
  @MethodSource("mechanisms")
  void everyMechanismReadsOnWhereItStopped(String mechanism) {
    ModelSpec spec = ModelSpec.of("gemma3").withAttention(mechanism);
    try (CausalLm model = CausalLm.load(GoldenText.directory("gemma3"), spec)) {
      List<int[]> texts = texts(12, 5, 23);
      List<float[]> atOnce = last(model, FULL, texts, List.of(23), List.of());
      assertAll(last(model, FULL, texts, List.of(9, 1), List.of()), atOnce, TOLERANCE, mechanism);
    }
  }

  /** Every key is read, all but five of them at other positions; layers without any stay. */
  @ParameterizedTest
  @ValueSource(strings = {"llama-grouped-tied", "gemma3", "phi3", "qwen2", "smollm3"})
  void keysThatAreNumberedAnewAreReadAlikeInStepsAndAtOnce(String name) {
    String near = "block-memory:block=4,blocks=60,sinks=0,window=5,rows=4,positions=renumbered";
    List<int[]> texts = texts(12, 5, 23);
    List<float[]> dense = atOnce(name, "eager", texts);
    try (CausalLm model =
        CausalLm.load(GoldenText.directory(name), ModelSpec.of(name).withAttention(near))) {
      List<float[]> atOnce = last(model, FULL, texts, List.of(23), List.of());
      assertAll(last(model, FULL, texts, List.of(1), List.of()), atOnce, TOLERANCE, "one by one");
      assertAll(last(model, FULL, texts, List.of(9, 1), List.of()), atOnce, TOLERANCE, "parts");
      assertThat(atOnce.get(1)).isNotEqualTo(dense.get(1));
    }
    for (String all :
        List.of(
            "block-memory:block=4,blocks=1,sinks=0,window=23,positions=renumbered",
            "chunk-select:chunk=4,chunks=60,positions=renumbered")) {
      assertAll(atOnce(name, all, texts), dense, TOLERANCE, all);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunked", "eager"})
  void onlyDenseKeepsTheWindowsOfSlidingLayers(String mechanism) {
    List<int[]> texts = texts(12, 5, 23);
    List<float[]> whole = atOnce("llama-grouped-tied", "dense", texts);
    assertAll(atOnce("llama-grouped-tied", mechanism, texts), whole, TOLERANCE, mechanism);
    float[] slid = atOnce("gemma3", "dense", texts).get(1);
    List<float[]> replaced = atOnce("gemma3", mechanism, texts);
    assertThat(replaced.get(1)).isNotEqualTo(slid);
    assertAll(atOnce("gemma3", "eager", texts), replaced, TOLERANCE, mechanism);
  }

  private static List<float[]> atOnce(String name, String mechanism, List<int[]> texts) {
    ModelSpec spec = ModelSpec.of(name).withAttention(mechanism);
    try (CausalLm model = CausalLm.load(GoldenText.directory(name), spec)) {
      return last(model, FULL, texts, List.of(23), List.of());
    }
  }

  @Test
  void probesSeeEveryLayerOfPrefillAndDecodeAndChangeNothing() {
    try (CausalLm model = GoldenText.load("llama-grouped-tied")) {
      List<int[]> texts = texts(13, 4, 9);
      List<Site> sites = new ArrayList<>();
      AttentionProbe probe = (input, attended) -> sites.add(input.site());
      List<float[]> watched = last(model, FULL, texts, List.of(8, 1), List.of(probe));
      assertAll(watched, last(model, FULL, texts, List.of(8, 1), List.of()), TOLERANCE, "watched");
      assertThat(sites)
          .containsExactly(
              new Site(0, Site.Kind.SELF, Site.Phase.PREFILL),
              new Site(1, Site.Kind.SELF, Site.Phase.PREFILL),
              new Site(0, Site.Kind.SELF, Site.Phase.DECODE),
              new Site(1, Site.Kind.SELF, Site.Phase.DECODE));
    }
  }

  @Test
  void int8KeysAreCloseToTheModels() {
    try (CausalLm model = GoldenText.load("qwen2")) {
      List<int[]> texts = texts(14, 6, 17);
      KvCachePolicy bytes = KvCachePolicies.REGISTRY.parse("full:storage=int8");
      List<float[]> exact = last(model, FULL, texts, List.of(5, 1), List.of());
      List<float[]> rounded = last(model, bytes, texts, List.of(5, 1), List.of());
      assertAll(rounded, exact, 0.15, "int8");
      assertThat(Arrays.equals(rounded.get(1), exact.get(1))).isFalse();
    }
  }

  @Test
  void sinkWindowReadsItsFirstAndLastKeysAlone(@TempDir Path directory) {
    try (CausalLm model = CausalLm.load(oneLayer(directory), ModelSpec.of("one-layer"))) {
      KvCachePolicy policy = KvCachePolicies.REGISTRY.parse("sink-window:sinks=2,window=5");
      int[] text = texts(15, 40).get(0);
      for (int chunk : new int[] {1, 3}) {
        List<float[]> found = last(model, policy, List.of(text), List.of(chunk), List.of());
        int rest = (text.length - 1) % chunk + 1; // tokens of the last chunk see one another
        int[] kept =
            IntStream.concat(
                    IntStream.range(0, 2), IntStream.range(text.length - rest - 5, text.length))
                .map(i -> text[i])
                .toArray();
        List<float[]> expected = last(model, FULL, List.of(kept), List.of(kept.length), List.of());
        assertAll(found, expected, TOLERANCE, "chunks of " + chunk);
      }
    }
  }

  @Test
  void sinkWindowKeepsConstantMemory() {
    try (CausalLm model = GoldenText.load("llama");
        NDManager scope = model.decoder().owner().newSubManager()) {
      KvCachePolicy policy = KvCachePolicies.REGISTRY.parse("sink-window:sinks=4,window=12");
      KvCache cache = model.decoder().newCache(scope, policy, 1, 48);
      int[] text = texts(16, 2048).get(0);
      for (int from = 0; from < text.length; from += 32) {
        try (NDManager chunk = scope.newSubManager()) {
          int[] ids = Arrays.copyOfRange(text, from, from + 32);
          float[] hidden =
              model
                  .decoder()
                  .read(chunk, TokenBatch.ofIds(List.of(ids)), cache, new int[] {0}, List.of())
                  .toFloatArray();
          assertThat(hidden).doesNotContain(Float.NaN);
        }
      }
      assertThat(cache.length(0)).isEqualTo(16);
      assertThat(cache.capacity()).isEqualTo(48);
      assertThat(cache.read(0)).isEqualTo(2048);
    }
  }

  /** Llama with its first layer alone, so that keys know nothing of what came before them. */
  private static Path oneLayer(Path directory) {
    return EditableCheckpoint.copy(GoldenText.directory("llama"), directory)
        .edit("config.json", config -> config.put("num_hidden_layers", 1))
        .weights(weights -> weights.keySet().removeIf(name -> name.contains("layers.1.")))
        .directory();
  }

  private static List<int[]> texts(long seed, int... lengths) {
    Random random = new Random(seed);
    return Arrays.stream(lengths)
        .mapToObj(length -> random.ints(length, 5, 320).toArray())
        .toList();
  }

  /**
   * The scores after each text, read in parts of the given sizes, the last size over and over; all
   * texts side by side.
   */
  private static List<float[]> last(
      CausalLm model,
      KvCachePolicy policy,
      List<int[]> texts,
      List<Integer> sizes,
      List<AttentionProbe> probes) {
    float[][] scores = new float[texts.size()][];
    int[] done = new int[texts.size()];
    try (NDManager scope = model.decoder().owner().newSubManager()) {
      KvCache cache = model.decoder().newCache(scope, policy, texts.size(), 2);
      for (int part = 0; ; part++) {
        int size = sizes.get(Math.min(part, sizes.size() - 1));
        int[] rows =
            IntStream.range(0, texts.size()).filter(i -> done[i] < texts.get(i).length).toArray();
        if (rows.length == 0) {
          return List.of(scores);
        }
        List<int[]> next = new ArrayList<>();
        for (int row : rows) {
          int[] text = texts.get(row);
          int to = Math.min(text.length, done[row] + size);
          next.add(Arrays.copyOfRange(text, done[row], to));
          done[row] = to;
        }
        NDArray hidden = model.decoder().read(scope, TokenBatch.ofIds(next), cache, rows, probes);
        int end = 0;
        for (int i = 0; i < rows.length; i++) {
          end += next.get(i).length;
          scores[rows[i]] =
              model.decoder().logits(scope, hidden, new long[] {end - 1L}).toFloatArray();
        }
      }
    }
  }

  private static void assertAll(
      List<float[]> actual, List<float[]> expected, double tolerance, String what) {
    for (int i = 0; i < expected.size(); i++) {
      assertClose(actual.get(i), expected.get(i), tolerance, what + ", text " + i);
    }
  }
}
