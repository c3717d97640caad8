package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole models whose mechanisms retrieve keys, in continuous batches and with beams. */
@ExtendWith(OneThread.class)
class RetrievalGenerationTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");

  private static GenerativeModel load(String name, String attention) {
    return GenerativeModels.load(
        GoldenText.directory(name), ModelSpec.of(name).withAttention(attention));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          llama-grouped-tied | low-rank-keys
          llama-grouped-tied | block-memory
          qwen3              | recycled:k=200,stride=3
          qwen3              | recycled:k=3,stride=1
          llama-grouped-tied | position-persistent:dense=0,again=0
          gpt2               | block-memory
          bart               | per-site:cross=knn-cross
          bart               | per-site:cross=[knn-cross:k=256,index=host]
          pegasus            | per-site:cross=[knn-cross:k=256]
          """)
  void aBudgetOverTheLengthGivesTheTokensOfTheModel(String name, String attention) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = load(name, attention)) {
      for (GoldenText.Decoded decoded : golden.decoded().subList(0, 2)) { // greedy and beams
        Generator generator = generator(model, name, decoded.settings(), 7);
        assertThat(tokens(generator, golden.prompts()))
            .as("%s with %s", name, attention)
            .usingRecursiveComparison()
            .isEqualTo(decoded.tokens());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          llama-grouped-tied | low-rank-keys:k=5,rank=2
          llama-grouped-tied | block-memory:block=2,blocks=1,sinks=1,window=2
          llama-grouped-tied | recycled:k=3,stride=3
          llama-grouped-tied | position-persistent:k=4,dense=0,again=0,rows=4
          bart               | per-site:cross=[knn-cross:k=3]
          bart               | per-site:cross=[knn-cross:k=3,index=host,probes=2]
          """)
  void whatStandsBesideATextHardlyChangesIt(String name, String attention) {
    try (GoldenText golden = GoldenText.open(name);
        GenerativeModel model = load(name, attention);
        GenerativeModel dense = load(name, "dense")) {
      List<List<int[]>> found = new ArrayList<>();
      List<List<int[]>> exact = new ArrayList<>();
      for (GoldenText.Decoded decoded : golden.decoded().subList(0, 2)) {
        List<int[]> alone = tokens(generator(model, name, decoded.settings(), 1), golden.prompts());
        List<int[]> together =
            tokens(generator(model, name, decoded.settings(), 7), golden.prompts());
        // random weights score keys almost alike, so that rounding decides now and then
        long same =
            IntStream.range(0, alone.size())
                .filter(i -> Arrays.equals(alone.get(i), together.get(i)))
                .count();
        assertThat(same).as("%s with %s", name, attention).isGreaterThan(alone.size() * 3L / 4);
        found.add(alone);
        exact.add(tokens(generator(dense, name, decoded.settings(), 7), golden.prompts()));
      }
      assertThat(found)
          .as("a small budget changes some text")
          .usingRecursiveComparison()
          .isNotEqualTo(exact);
    }
  }

  /** Texts come and go, and beams change their rows: the clusters of a text stay its own. */
  @Test
  void anIndexOnTheHostThatIsLookedThroughWholeGivesTheSameTokens() {
    String scanned = "per-site:cross=[knn-cross:k=4,index=device]";
    String searched = "per-site:cross=[knn-cross:k=4,index=host,probes=99]";
    try (GoldenText golden = GoldenText.open("bart");
        GenerativeModel device = load("bart", scanned);
        GenerativeModel host = load("bart", searched)) {
      for (GoldenText.Decoded decoded : golden.decoded().subList(0, 2)) {
        List<int[]> expected =
            tokens(generator(device, "bart", decoded.settings(), 7), golden.prompts());
        List<int[]> found =
            tokens(generator(host, "bart", decoded.settings(), 7), golden.prompts());
        // random weights score keys almost alike, so that rounding decides now and then
        long same =
            IntStream.range(0, found.size())
                .filter(i -> Arrays.equals(found.get(i), expected.get(i)))
                .count();
        assertThat(same).isGreaterThanOrEqualTo(found.size() - 2L);
      }
    }
  }

  private static Generator generator(
      GenerativeModel model, String name, JsonNode settings, int prompts) {
    GenerationConfig config = GenerationConfig.read(GoldenText.directory(name), settings);
    return new Generator(model, config, FULL, prompts * config.beams().count());
  }

  private static List<int[]> tokens(Generator generator, List<int[]> prompts) {
    return generator.generate(prompts).stream().map(Generated::tokens).toList();
  }
}
