package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreActivationTest {

  private final List<String> problems = new ArrayList<>();

  private ScoreActivation of(String config, String sentenceConfig, int labels) {
    return ScoreActivation.of(json(config), json(sentenceConfig), labels, problems);
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void defaults() {
    assertThat(of("{}", "{}", 1)).isEqualTo(ScoreActivation.SIGMOID);
    assertThat(of("{}", "{}", 2)).isEqualTo(ScoreActivation.SOFTMAX);
    assertThat(problems).isEmpty();
  }

  @Test
  void whereEachReleaseWritesIt() {
    String identity = "'torch.nn.modules.linear.Identity'";
    assertThat(of("{'sbert_ce_default_activation_function': " + identity + "}", "{}", 1))
        .isEqualTo(ScoreActivation.IDENTITY);
    assertThat(of("{'sentence_transformers': {'activation_fn': " + identity + "}}", "{}", 1))
        .isEqualTo(ScoreActivation.IDENTITY);
    assertThat(of("{}", "{'activation_fn': " + identity + "}", 1))
        .isEqualTo(ScoreActivation.IDENTITY);
    assertThat(problems).isEmpty();
  }

  @Test
  void whatIsNotSupported() {
    of("{}", "{'activation_fn': 'torch.nn.Tanh'}", 1);
    of("{}", "{}", 3);
    assertThat(problems)
        .containsExactly(
            "config.json: activation torch.nn.Tanh is not supported: Sigmoid and Identity are",
            "the classification head has 3 labels: a cross-encoder that scores pairs has one, or"
                + " two");
  }

  @Test
  void scores() {
    assertThat(ScoreActivation.IDENTITY.score(new float[] {-3.5f})).isEqualTo(-3.5f);
    assertThat(ScoreActivation.SIGMOID.score(new float[] {0})).isEqualTo(0.5f);
    assertThat(ScoreActivation.SIGMOID.score(new float[] {2})).isCloseTo(0.880797f, within(1e-6f));
    assertThat(ScoreActivation.SIGMOID.score(new float[] {-800})).isZero();
    assertThat(ScoreActivation.SIGMOID.score(new float[] {800})).isEqualTo(1);
    double expected = Math.exp(2.5) / (Math.exp(2.5) + Math.exp(-1));
    assertThat(ScoreActivation.SOFTMAX.score(new float[] {-1, 2.5f}))
        .isCloseTo((float) expected, within(1e-6f));
  }
}
