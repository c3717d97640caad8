package io.sparkattention.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.model.ModelSpec;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.model.decoder.GoldenText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which prompts are refused, and what ends or varies a text. */
@ExtendWith(OneThread.class)
class GeneratorTest {

  @Test
  void everyBadPromptIsNamed() {
    try (GenerativeModel model = load("bart")) {
      List<int[]> prompts =
          List.of(new int[] {5}, new int[0], new int[] {5, 320}, new int[] {-1}, new int[49]);
      assertThatThrownBy(() -> generator(model, "{'max_new_tokens': 2}").generate(prompts))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "prompt 1 is empty: give at least one token;"
                  + " prompt 2 has the id 320 at token 1: ids of this model are 0 to 319;"
                  + " prompt 3 has the id -1 at token 0: ids of this model are 0 to 319;"
                  + " prompt 4 has 49 tokens, but the model reads at most 48: shorten it");
    }
  }

  @Test
  void promptsThatFillTheGreatestLengthAreRefused() {
    List<int[]> prompts = List.of(new int[19], new int[20]);
    try (GenerativeModel model = load("llama")) {
      GenerationConfig silent = GenerationConfig.of(json("{}"));
      Generator generator = new Generator(model, silent, KvCachePolicies.REGISTRY.parse("full"), 2);
      assertThatThrownBy(() -> generator.generate(prompts))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "prompt 1 has a length of 20, which leaves no token of max_length=20:"
                  + " give max_new_tokens");
      assertThat(generator.generate(prompts.subList(0, 1)).get(0).tokens()).hasSize(1);
    }
  }

  @Test
  void specialTokensStopATextLikeEnds() {
    try (GoldenText golden = GoldenText.open("t5");
        GenerativeModel model = load("t5")) {
      List<int[]> prompts = golden.prompts();
      String ends = "{'max_new_tokens': 40, 'eos_token_id': %s, 'stop_strings': %s}";
      List<Generated> ended = generator(model, ends.formatted("[2, 3]", "[]")).generate(prompts);
      List<Generated> stopped =
          generator(model, ends.formatted("[2]", "['<unk>', 'never said']")).generate(prompts);
      assertThat(stopped).usingRecursiveComparison().isEqualTo(ended);
      Generator alone = generator(model, ends.formatted("[]", "'</s>'"));
      assertThat(alone.generate(prompts))
          .usingRecursiveComparison()
          .isEqualTo(generator(model, ends.formatted("[2]", "[]")).generate(prompts));
      assertThat(model.tokenizer().specialToken("</s>")).hasValue(2);
      assertThat(model.tokenizer().specialToken("s")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bart", "t5"})
  void drawsAfterDifferentSourcesDiffer(String name) {
    try (GenerativeModel model = load(name)) {
      List<int[]> sources = List.of(new int[] {40, 41, 42}, new int[] {42, 41, 40});
      String hot = "{'do_sample': true, 'top_k': 0, 'temperature': 1000, 'max_new_tokens': 8}";
      List<Generated> drawn = generator(model, hot).generate(sources);
      // at this temperature every token is as likely: equal draws would choose equal tokens
      int[] first = drawn.get(0).tokens();
      int[] second = drawn.get(1).tokens();
      long same =
          IntStream.range(0, Math.min(first.length, second.length))
              .filter(i -> first[i] == second[i])
              .count();
      assertThat(same).as(Arrays.toString(first) + Arrays.toString(second)).isLessThan(2);
    }
  }

  private static GenerativeModel load(String name) {
    return GenerativeModels.load(GoldenText.directory(name), ModelSpec.of(name));
  }

  private static Generator generator(GenerativeModel model, String settings) {
    GenerationConfig config = GenerationConfig.read(model.directory(), json(settings));
    return new Generator(model, config, KvCachePolicies.REGISTRY.parse("full"), 8);
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
