package io.sparkattention.model.decoder;

import static io.sparkattention.Tolerances.FP32_ABSOLUTE;
import static io.sparkattention.Tolerances.HALF_ABSOLUTE;
import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.OneThread;
import io.sparkattention.generate.Generated;
import io.sparkattention.generate.GenerationConfig;
import io.sparkattention.generate.Generator;
import io.sparkattention.kvcache.KnownBlocks;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.tensor.NativeArrays;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that are known give what they give where every text is read as a whole. */
@ExtendWith(OneThread.class)
class PromptBlocksTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");
  private static final int LINE = 203; // the token of a line break
  private static final int STEPS = 3;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama-grouped-tied",
        "llama-one-key-head",
        "llama-rope-linear",
        "llama-rope-llama3",
        "llama-rope-yarn",
        "qwen2",
        "qwen2-sliding",
        "qwen3",
        "phi3",
        "smollm3",
        "mistral",
        "gemma3",
        "mpt"
      })
  void textsAreUnderstoodAsWithoutWhatIsKnown(String name) {
    for (String cut : List.of("block=6", "block=6,last=3", "block=9,last=2,cut=lines")) {
      assertSame(name, cut, "fp32", FP32_ABSOLUTE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-grouped-tied", "phi3"})
  void andSoInHalfPrecision(String name) {
    assertSame(name, "block=9,last=2,cut=lines", "bf16", HALF_ABSOLUTE);
  }

  private static void assertSame(String name, String cut, String dtype, double tolerance) {
    Random random = new Random((name + cut).hashCode());
    List<int[]> passages = passages(random, 7);
    try (CausalLm whole = load(name, "block-diagonal:keep=0," + cut, dtype);
        CausalLm model = load(name, "block-diagonal:keep=1," + cut, dtype)) {
      assertThat(whole.known()).isEmpty();
      assertThat(model.known()).isPresent();
      for (int batch = 0; batch < 3; batch++) {
        List<int[]> prompts = prompts(random, passages, 4);
        List<float[]> expected = told(whole, prompts);
        List<float[]> told = told(model, prompts);
        for (int i = 0; i < told.size(); i++) {
          double allowed = tolerance * (dtype.equals("fp32") ? 1 : largest(expected.get(i)));
          assertClose(told.get(i), expected.get(i), allowed, name + " " + cut + ", reading " + i);
        }
      }
      assertThat(model.known().orElseThrow().bytes()).isPositive();
    }
  }

  private static double largest(float[] numbers) {
    return IntStream.range(0, numbers.length)
        .mapToDouble(i -> Math.abs(numbers[i]))
        .max()
        .orElse(0);
  }

  /** More prompts than rows, some of which leave early, and beams. */
  @ParameterizedTest
  @CsvSource({"llama-grouped-tied, 1", "qwen2, 1", "phi3, 1", "qwen2, 3"})
  void theSameIsSaid(String name, int beams) {
    Random random = new Random(9);
    List<int[]> prompts = prompts(random, passages(random, 5), 11);
    ObjectNode settings =
        JsonNodeFactory.instance.objectNode().put("num_beams", beams).put("max_new_tokens", 9);
    List<List<int[]>> said = new ArrayList<>();
    for (String keep : List.of("0", "1")) {
      String attention = "block-diagonal:block=64,cut=lines,keep=" + keep;
      try (CausalLm model = load(name, attention, "fp32")) {
        GenerationConfig config = GenerationConfig.read(model.directory(), settings);
        Generator generator = new Generator(model, config, FULL, 4 * beams);
        for (int time = 0; time < 2; time++) { // all is known the second time
          said.add(generator.generate(prompts).stream().map(Generated::tokens).toList());
        }
      }
    }
    for (List<int[]> each : said) {
      assertThat(each).usingRecursiveComparison().isEqualTo(said.get(0));
    }
  }

  /** Whether what was known was not read: blocks that are known as others are read as those. */
  @Test
  void whatIsKnownIsNotReadAgain() {
    int[] said = new Random(1).ints(12, 3, 200).toArray();
    int[] other = new Random(2).ints(12, 3, 200).toArray();
    int[] question = {9, 17, 5};
    try (CausalLm model = load("llama-grouped-tied", "block-diagonal:block=12", "fp32")) {
      List<float[]> ofOther = told(model, List.of(join(question(4), other, question)));
      KnownBlocks known = model.known().orElseThrow();
      try (NDManager scope = model.owner().newSubManager()) {
        NDArray read = known.find(scope, other).orElseThrow(); // (layers, 12, 2 · Hkv, D)
        known.keep(said, read.expandDims(1), 0);
      }
      List<float[]> asOther = told(model, List.of(join(question(4), said, question)));
      for (int i = 0; i < asOther.size(); i++) {
        assertClose(asOther.get(i), ofOther.get(i), "reading " + i);
      }
    }
  }

  /** A first block of twelve tokens. */
  private static int[] question(int seed) {
    return new Random(seed).ints(12, 3, 200).toArray();
  }

  @Test
  void aPassageOfManyPromptsIsReadOnceAcrossBatches() {
    Random random = new Random(5);
    List<int[]> passages = passages(random, 3);
    int all = passages.stream().mapToInt(each -> each.length).sum();
    try (CausalLm model = load("llama", "block-diagonal:block=64,cut=lines", "fp32")) {
      for (int batch = 0; batch < 2; batch++) {
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          List<int[]> parts = new ArrayList<>();
          for (int p = 0; p < 3; p++) {
            parts.add(passages.get((p + i) % 3));
          }
          parts.add(random.ints(1 + i, 3, 200).toArray());
          prompts.add(join(parts.toArray(int[][]::new)));
        }
        try (NDManager scope = model.owner().newSubManager();
            Continuation texts = model.continuation(FULL, 8, 8, List.of())) {
          texts.begin(scope, IntStream.range(0, 8).toArray(), prompts);
          assertThat(texts.spared()).isEqualTo((batch == 0 ? 7 : 8) * all);
        }
      }
      long bytes = 4L * model.decoder().config().cacheShape().numbersPerToken();
      assertThat(model.known().orElseThrow().bytes()).isEqualTo(all * bytes);
    }
  }

  @Test
  void noMoreIsKeptThanThereIsRoomForAndTheResultsStay() {
    Random random = new Random(6);
    List<int[]> passages = passages(random, 9);
    String spec = "block-diagonal:block=16,cut=lines";
    try (CausalLm whole = load("qwen2", spec + ",keep=0", "fp32");
        CausalLm model = load("qwen2", spec, "fp32")) {
      long bytes = 4L * model.decoder().config().cacheShape().numbersPerToken();
      assertThat(model.keepUpTo(60 * bytes)).isEqualTo(60 * bytes); // 30 kept, 30 read at a time
      try (CausalLm wide = load("qwen2", "block-diagonal:block=64,cut=lines", "fp32")) {
        assertThat(wide.keepUpTo(60 * bytes)).as("room for no block").isZero();
      }
      KnownBlocks known = model.known().orElseThrow();
      for (int batch = 0; batch < 4; batch++) {
        List<int[]> prompts = prompts(random, passages, 3);
        List<float[]> expected = told(whole, prompts);
        List<float[]> told = told(model, prompts);
        for (int i = 0; i < told.size(); i++) {
          assertClose(told.get(i), expected.get(i), "reading " + i);
        }
        assertThat(known.bytes()).isBetween(1L, 30 * bytes);
      }
      assertThat(model.keepUpTo(bytes)).isZero(); // not even one token can be read beside one
      assertThat(known.bytes()).isZero();
      assertThat(told(model, List.of(join(passages.get(0), passages.get(1))))).isNotEmpty();
      assertThat(known.bytes()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gpt2               | block-diagonal:block=6
          llama-rope-dynamic | block-diagonal:block=6
          phi3-longrope      | block-diagonal:block=6
          llama              | block-diagonal:block=6,instruction=2
          llama              | block-diagonal:block=6,last=0
          llama              | block-diagonal:block=6,keep=0
          llama              | dense
          """)
  void nothingIsKnownWhereBlocksSayAnotherThingInEveryText(String name, String attention) {
    try (CausalLm model = load(name, attention, "fp32")) {
      assertThat(model.known()).isEmpty();
      assertThat(model.keepUpTo(1 << 20)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full:storage=int8", "full:storage=int4"})
  void cachesThatRoundReadTheWholeText(String policy) {
    List<int[]> prompts = prompts(new Random(8), passages(new Random(7), 4), 3);
    try (CausalLm model = load("llama", "block-diagonal:block=6", "fp32");
        NDManager scope = model.owner().newSubManager();
        Continuation texts =
            model.continuation(KvCachePolicies.REGISTRY.parse(policy), 3, 8, List.of())) {
      texts.begin(scope, new int[] {0, 1, 2}, prompts);
      assertThat(texts.spared()).isZero();
      assertThat(model.known().orElseThrow().bytes()).isZero();
    }
  }

  @Test
  void whoWatchesSeesTheWholeTextByItsLines() {
    int[] prompt = {5, 6, LINE, LINE, 7, 8, 9, LINE, 10, 11};
    int[] block = {0, 0, 0, 0, 1, 1, 1, 1, 2, 2};
    List<float[]> seen = new ArrayList<>();
    try (CausalLm model = load("llama", "block-diagonal:cut=lines", "fp32");
        NDManager scope = model.owner().newSubManager();
        KvCache cache = model.decoder().newCache(scope, FULL, 1, 10)) {
      model
          .decoder()
          .read(
              scope,
              TokenBatch.ofIds(List.of(prompt)),
              cache,
              new int[] {0},
              List.of((input, attended) -> seen.add(attended.weights(0, 10).toFloatArray())));
    }
    assertThat(seen).hasSize(2);
    for (float[] weights : seen) { // (1, H, 10, 10)
      for (int i = 0; i < weights.length; i++) {
        int t = i / 10 % 10;
        int s = i % 10;
        boolean read = s <= t && (block[t] == 2 || block[t] == block[s]);
        assertThat(weights[i] > 0).as("token %s reads %s", t, s).isEqualTo(read);
      }
    }
  }

  @Test
  void nothingIsLeftWhenAModelIsClosed() {
    List<int[]> prompts = prompts(new Random(8), passages(new Random(7), 4), 3);
    int lists = NativeArrays.lists();
    NDManager owner;
    try (CausalLm model = load("llama", "block-diagonal:block=6", "fp32")) {
      owner = model.owner();
      told(model, prompts);
      int known = NativeArrays.count(owner);
      told(model, prompts);
      assertThat(NativeArrays.count(owner)).isEqualTo(known);
    }
    assertThat(NativeArrays.count(owner)).isZero();
    assertThat(NativeArrays.lists()).isLessThanOrEqualTo(lists);
  }

  @Test
  void idsOutsideTheVocabularyAreRefused() {
    try (CausalLm model = load("llama", "block-diagonal:block=2,cut=lines", "fp32")) {
      assertThatThrownBy(() -> told(model, List.of(new int[] {4, 5, 320, 6})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("token id 320");
    }
  }

  private static CausalLm load(String name, String attention, String dtype) {
    ModelSpec spec = ModelSpec.of(name).withAttention(attention).withDtype(dtype);
    return CausalLm.load(GoldenText.directory(name), spec);
  }

  /** Passages, each a line of its own, of 3 to 14 tokens. */
  private static List<int[]> passages(Random random, int count) {
    List<int[]> passages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] words = random.ints(2 + random.nextInt(12), 3, 200).toArray();
      passages.add(join(words, new int[] {LINE}));
    }
    return passages;
  }

  /** Prompts of up to five passages and a question; the first one is short. */
  private static List<int[]> prompts(Random random, List<int[]> passages, int count) {
    List<int[]> prompts = new ArrayList<>();
    prompts.add(new int[] {1 + random.nextInt(200)});
    while (prompts.size() < count) {
      List<int[]> parts = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        parts.add(passages.get(random.nextInt(passages.size())));
      }
      parts.add(random.ints(1 + random.nextInt(4), 3, 200).toArray());
      prompts.add(join(parts.toArray(int[][]::new)));
    }
    return prompts;
  }

  private static int[] join(int[]... parts) {
    return Stream.of(parts).flatMapToInt(Arrays::stream).toArray();
  }

  /** Scores after prompts, and after some more tokens; rows leave and begin anew meanwhile. */
  private static List<float[]> told(CausalLm model, List<int[]> prompts) {
    List<float[]> told = new ArrayList<>();
    int rows = prompts.size();
    try (NDManager scope = model.owner().newSubManager();
        Continuation texts = model.continuation(FULL, rows, 8, List.of())) {
      int[] all = IntStream.range(0, rows).toArray();
      told.add(texts.begin(scope, all, prompts).toFloatArray());
      for (int step = 0; step < STEPS; step++) {
        int[] ids = new int[rows];
        Arrays.fill(ids, 40 + step);
        told.add(texts.next(scope, ids).toFloatArray());
      }
      List<int[]> again = List.of(prompts.get(rows - 1));
      told.add(texts.begin(scope, new int[] {0}, again).toFloatArray());
      for (int step = 0; step < STEPS; step++) {
        int[] ids = new int[rows];
        Arrays.fill(ids, 60 + step);
        told.add(texts.next(scope, ids).toFloatArray());
      }
    }
    return told;
  }
}
