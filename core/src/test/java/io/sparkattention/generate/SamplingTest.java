package io.sparkattention.generate;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.OneThread;
import io.sparkattention.kvcache.KvCachePolicies;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.model.decoder.CausalLm;
import io.sparkattention.model.decoder.GoldenText;
import io.sparkattention.tensor.DecodingOperators;
import io.sparkattention.tensor.TorchEngine;
import io.sparkattention.weights.SafetensorsStore;
import io.sparkattention.weights.WeightReader;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be drawn, how often it is, and that nothing but the seed and the prompt decide. */
@ExtendWith(OneThread.class)
class SamplingTest {

  private static final KvCachePolicy FULL = KvCachePolicies.REGISTRY.parse("full");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "temperature=0.7",
        "top_k=5",
        "top_p=0.8",
        "min_p=0.1",
        "temperature=1.5,top_k=20,top_p=0.9,min_p=0.05"
      })
  void whatMayBeDrawnIsWhatTransformersAllows(String way) throws IOException {
    StringBuilder json = new StringBuilder("{'do_sample': true, 'top_k': 0, 'max_new_tokens': 1");
    for (String each : way.split(",")) {
      json.append(", '").append(each.replace("=", "': "));
    }
    GenerationConfig.Sampling sampling =
        GenerationConfig.of(json(json.append("}").toString())).sampling().orElseThrow();
    try (WeightReader expected =
            new WeightReader(
                SafetensorsStore.open(
                    GoldenText.directory("sampling").resolve("warpers.safetensors")));
        NDManager scope = TorchEngine.newManager(Device.cpu())) {
      NDArray scores = expected.create(scope, "scores"); // (R, vocabulary)
      float[] actual = TokenChooser.warped(scope, scores, sampling).toFloatArray();
      assertClose(actual, expected.create(scope, way).toFloatArray(), 1e-5, way);
    }
  }

  @Test
  void tokensAreDrawnAsOftenAsTheyAreLikely() {
    double[] shares = {0.5, 0.25, 0, 0.2, 0.05};
    int draws = 20_000;
    try (NDManager scope = TorchEngine.newManager(Device.cpu())) {
      float[] logs = new float[shares.length];
      for (int i = 0; i < logs.length; i++) {
        logs[i] = (float) Math.log(shares[i]);
      }
      NDArray scores = scope.create(logs).reshape(1, 5).broadcast(new Shape(draws, 5));
      float[] uniform = new float[draws];
      Random random = new Random(1);
      for (int i = 0; i < draws; i++) {
        uniform[i] = random.nextFloat();
      }
      DecodingOperators.Chosen chosen =
          DecodingOperators.on(Device.cpu()).draw(scope, scores, uniform, scores);
      double[] found = new double[shares.length];
      for (int id : chosen.ids()) {
        found[id] += 1.0 / draws;
      }
      for (int i = 0; i < shares.length; i++) {
        // four standard deviations of a share of 20,000 draws
        assertThat(found[i]).as("share of token %d", i).isEqualTo(shares[i], within(0.0142));
      }
      assertThat(found[2]).isZero();
    }
  }

  @Test
  void seedAndPromptAloneDecide() {
    String name = "llama-grouped-tied";
    try (GoldenText golden = GoldenText.open(name);
        CausalLm model = GoldenText.load(name)) {
      List<int[]> prompts = golden.prompts();
      List<Generated> batch = sampled(model, prompts, 1, 20);
      List<Generated> few = sampled(model, prompts.subList(3, 9), 1, 2);
      for (int i = 0; i < few.size(); i++) {
        assertThat(few.get(i).tokens()).isEqualTo(batch.get(i + 3).tokens());
      }
      List<Generated> other = sampled(model, prompts, 2, 20);
      assertThat(other.stream().map(Generated::tokens).toList())
          .usingRecursiveComparison()
          .isNotEqualTo(batch.stream().map(Generated::tokens).toList());
    }
  }

  @Test
  void stopStringsEndATextAndAreKept() {
    String name = "llama-grouped-tied";
    try (GoldenText golden = GoldenText.open(name);
        CausalLm model = GoldenText.load(name)) {
      int[] prompt = golden.prompts().get(17);
      int[] whole = generate(model, name, prompt, "{'max_new_tokens': 8}").tokens();
      String spelled = model.tokenizer().decode(Arrays.copyOfRange(whole, 2, 4));
      int expected = 1;
      while (!model.tokenizer().decode(Arrays.copyOf(whole, expected)).contains(spelled)) {
        expected++;
      }
      String settings =
          new ObjectMapper()
              .createObjectNode()
              .put("stop_strings", spelled)
              .put("max_new_tokens", 8)
              .toString();
      Generated stopped = generate(model, name, prompt, settings);
      assertThat(stopped.reason()).isEqualTo(FinishReason.STOP_STRING);
      assertThat(stopped.tokens()).isEqualTo(Arrays.copyOf(whole, expected));
    }
  }

  @Test
  void everyNumberThatMakesNoSenseIsTold() {
    assertThatThrownBy(
            () ->
                GenerationConfig.of(
                    json(
                        "{'max_new_tokens': 3, 'num_beams': 0, 'repetition_penalty': 0,"
                            + " 'do_sample': true, 'temperature': 0, 'top_p': 2, 'min_p': 1}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("num_beams=0", "repetition_penalty=0", "temperature=0", "top_p=2")
        .hasMessageContaining("min_p=1");
  }

  private static List<Generated> sampled(CausalLm model, List<int[]> prompts, int seed, int rows) {
    JsonNode settings = json("{'do_sample': true, 'temperature': 1.2, 'seed': " + seed + "}");
    GenerationConfig config = GenerationConfig.read(model.directory(), settings);
    return new Generator(model, config, FULL, rows).generate(prompts);
  }

  private static Generated generate(CausalLm model, String name, int[] prompt, String settings) {
    GenerationConfig config = GenerationConfig.read(GoldenText.directory(name), json(settings));
    return new Generator(model, config, FULL, 1).generate(List.of(prompt)).get(0);
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (IOException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
