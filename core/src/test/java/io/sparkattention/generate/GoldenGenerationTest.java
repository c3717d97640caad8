package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Greedy and beam search against transformers, token for token, alone and in batches. */
@ExtendWith(OneThread.class)
class GoldenGenerationTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");

  static List<String> models() {
    return GoldenText.namesWith("logits.0");
  }

  private static GenerativeModel load(String name) {
    return GenerativeModels.load(GoldenText.directory(name), ModelSpec.of(name));
  }

  @ParameterizedTest
  @MethodSource("models")
  void tokensOfEveryWayOfDecoding(String name) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = load(name)) {
      List<GoldenText.Decoded> ways = golden.decoded();
      for (int way = 0; way < ways.size(); way++) {
        GoldenText.Decoded decoded = ways.get(way);
        GenerationConfig config =
            GenerationConfig.read(GoldenText.directory(name), decoded.settings());
        int rows = 7 * config.beams().count(); // fewer than prompts: rows leave and enter
        // all prompts for greedy and beam search, every third for what varies them
        int step = way < 2 ? 1 : 3;
        List<int[]> prompts = everyNth(golden.prompts(), step);
        List<Generated> found = new Generator(model, config, FULL, rows).generate(prompts);
        assertTokens(found, everyNth(decoded.tokens(), step), name + " " + decoded.settings());
        assertLikely(found, everyNth(decoded.meanLogProbabilities(), step), name);
      }
    }
  }

  private static <T> List<T> everyNth(List<T> all, int step) {
    return IntStream.range(0, all.size()).filter(i -> i % step == 0).mapToObj(all::get).toList();
  }

  private static void assertLikely(List<Generated> found, List<Double> expected, String what) {
    assertThat(found.stream().map(Generated::meanLogProbability).toList())
        .as(what)
        .usingElementComparator((a, b) -> Math.abs(a - b) < 3e-4 ? 0 : Double.compare(a, b))
        .containsExactlyElementsOf(expected);
  }

  /** Some prompts by greedy and by beam search, each in a batch of its own. */
  @ParameterizedTest
  @MethodSource("models")
  void eachPromptAlone(String name) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = load(name)) {
      for (GoldenText.Decoded decoded : golden.decoded().subList(0, 2)) {
        GenerationConfig config =
            GenerationConfig.read(GoldenText.directory(name), decoded.settings());
        Generator alone = new Generator(model, config, FULL, config.beams().count());
        assertTokens(
            alone.generate(everyNth(golden.prompts(), 4)),
            everyNth(decoded.tokens(), 4),
            name + " alone");
      }
    }
  }

  /** But for dynamic scaling, by which a kept key stays rotated as when the text was shorter. */
  static List<String> decoders() {
    return GoldenText.namesWith("hidden_states.0.0").stream()
        .filter(name -> !name.equals("llama-rope-dynamic"))
        .toList();
  }

  /**
   * Greedy tokens, each from a text that is read anew: no key is kept. GoldenSeq2SeqTest reads the
   * targets of encoder-decoders at once.
   */
  @ParameterizedTest
  @MethodSource("decoders")
  void withoutACache(String name) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = load(name)) {
      List<int[]> prompts = everyNth(golden.prompts(), 7);
      List<int[]> expected = everyNth(golden.decoded().get(0).tokens(), 7);
      for (int i = 0; i < prompts.size(); i++) {
        int[] text = prompts.get(i);
        for (int token : expected.get(i)) {
          assertThat(next(model, text)).as("%s, prompt %d", name, i).isEqualTo(token);
          text = IntStream.concat(Arrays.stream(text), IntStream.of(token)).toArray();
        }
      }
    }
  }

  private static int next(GenerativeModel model, int[] text) {
    try (Continuation fresh = model.continuation(FULL, 1, text.length + 1, List.of());
        NDManager scope = model.owner().newSubManager()) {
      float[] scores = fresh.begin(scope, new int[] {0}, List.of(text)).toFloatArray();
      return IntStream.range(0, scores.length)
          .reduce((best, each) -> scores[each] > scores[best] ? each : best)
          .orElseThrow();
    }
  }

  private static void assertTokens(List<Generated> found, List<int[]> expected, String what) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i).tokens()).as("%s, prompt %d", what, i).isEqualTo(expected.get(i));
    }
  }
}
