package io.sparkattention.model;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.weights.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real weights: what reduced precision and reading on beyond the model's positions cost. */
class MiniLmTest {

  private static final ModelSpec DENSE = ModelSpec.of("minilm");

  private static LoadedModel load(ModelSpec spec) {
    return LoadedModel.load(TestModels.directory("minilm"), spec, Golden.POOL);
  }

  private static String speeches() throws IOException {
    Path corpus = Path.of("..", "examples", "corpus", "speeches.jsonl");
    try (Stream<String> lines = Files.lines(corpus)) {
      StringBuilder text = new StringBuilder();
      for (String line : lines.limit(5).toList()) {
        text.append(new ObjectMapper().readTree(line).path("text").asText()).append(' ');
      }
      return text.toString();
    }
  }

  private static List<String> sentences(int count) throws IOException {
    return Arrays.stream(speeches().split("(?<=\\.)\\s+"))
        .filter(s -> s.length() > 20)
        .limit(count)
        .toList();
  }

  private static double cosine(Embedding a, Embedding b) {
    double dot = 0;
    double norms = 1;
    for (float[] each : List.of(a.vector(), b.vector())) {
      double squares = 0;
      for (float x : each) {
        squares += (double) x * x;
      }
      norms *= Math.sqrt(squares);
    }
    for (int i = 0; i < a.vector().length; i++) {
      dot += (double) a.vector()[i] * b.vector()[i];
    }
    return dot / norms;
  }

  @ParameterizedTest
  @ValueSource(strings = {"bf16", "fp16"})
  void reducedPrecision(String dtype) throws IOException {
    List<String> sentences = sentences(20);
    assertThat(sentences).hasSize(20);
    try (LoadedModel exact = load(DENSE);
        LoadedModel reduced = load(DENSE.withDtype(dtype))) {
      List<Embedding> expected = exact.embedder().embed(sentences, Role.SYMMETRIC);
      List<Embedding> actual = reduced.embedder().embed(sentences, Role.SYMMETRIC);
      for (int i = 0; i < sentences.size(); i++) {
        assertThat(cosine(actual.get(i), expected.get(i)))
            .as("%s: %s", dtype, sentences.get(i))
            .isGreaterThanOrEqualTo(0.9995);
        assertThat(actual.get(i).vector())
            .as("read in %s", dtype)
            .isNotEqualTo(expected.get(i).vector());
      }
    }
  }

  @Test
  void localSparseGlobalReadsBeyondTheModelsPositions() throws IOException {
    ModelSpec sparse = DENSE.withAttention("local-sparse-global").withMaxTokens(4096);
    try (LoadedModel dense = load(DENSE);
        LoadedModel reader = load(sparse)) {
      assertThat(reader.encoder().maxTokens()).isEqualTo(4096);
      for (String sentence : sentences(5)) { // shorter than a block: every key is a neighbour
        assertClose(
            reader.embedder().embed(List.of(sentence), Role.SYMMETRIC).get(0).vector(),
            dense.embedder().embed(List.of(sentence), Role.SYMMETRIC).get(0).vector(),
            2e-5,
            sentence);
      }
      String text = speeches();
      String longText = text.substring(0, dense.tokenizer().encodeContent(text).ends()[3_999]);
      Embedding inOne = reader.embedder().embed(List.of(longText), Role.SYMMETRIC).get(0);
      Embedding inChunks = dense.embedder().embed(List.of(longText), Role.SYMMETRIC).get(0);
      assertThat(inOne.chunks()).isEqualTo(1);
      assertThat(inOne.tokens()).isEqualTo(4_002);
      assertThat(inChunks.chunks()).isGreaterThan(7);
      assertThat(cosine(inOne, inChunks)).as("whole against chunks").isGreaterThan(0.5);
      Embedding other =
          dense.embedder().embed(List.of("Sift the flour into a bowl."), Role.SYMMETRIC).get(0);
      assertThat(cosine(inOne, inChunks)).isGreaterThan(cosine(inOne, other) + 0.3);
    }
  }
}
