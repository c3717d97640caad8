package io.sparkattention.model;

import static io.sparkattention.Tolerances.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.model.TextEmbedder.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Token vectors of ColBERT checkpoints against transformers. */
class GoldenColBertTest {

  /** Unit vectors after a whole model. */
  private static final double TOLERANCE = 1e-4;

  static List<String> names() {
    return Golden.namesWithFile("colbert.expected.json");
  }

  private static List<String> texts(String name, String kind) throws IOException {
    JsonNode file =
        new ObjectMapper()
            .readTree(Golden.directory(name).resolve("colbert.expected.json").toFile());
    List<String> texts = new ArrayList<>();
    file.path(kind).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  @ParameterizedTest
  @MethodSource("names")
  void tokenVectors(String name) throws IOException {
    try (Golden golden = Golden.open(name);
        LoadedModel model = Golden.load(name)) {
      TokenEmbedder embedder = model.tokenEmbedder();
      List<String> queries = texts(name, "queries");
      List<String> passages = texts(name, "passages");
      List<TokenVectors> queryVectors = embedder.embed(queries, Role.QUERY);
      List<TokenVectors> passageVectors = embedder.embed(passages, Role.PASSAGE);
      float[] scores = golden.floats("scores");
      for (int q = 0; q < queries.size(); q++) {
        check(queryVectors.get(q), golden.floats("query." + q), name + ", " + queries.get(q));
        for (int p = 0; p < passages.size(); p++) {
          check(passageVectors.get(p), golden.floats("passage." + p), name + passages.get(p));
          float score = maxSim(queryVectors.get(q), passageVectors.get(p));
          float[] expected = {scores[q * passages.size() + p]};
          assertClose(new float[] {score}, expected, 1e-3, name + " " + q + " " + p);
        }
      }
    }
  }

  private static void check(TokenVectors actual, float[] expected, String what) {
    assertThat(actual.special().isEmpty()).as(what).isTrue();
    assertThat(actual.chunks()).as(what).isEqualTo(1);
    assertClose(actual.values(), expected, TOLERANCE, what);
  }

  private static float maxSim(TokenVectors query, TokenVectors passage) {
    float sum = 0;
    for (int i = 0; i < query.count(); i++) {
      float best = Float.NEGATIVE_INFINITY;
      for (int j = 0; j < passage.count(); j++) {
        float dot = 0;
        for (int k = 0; k < query.dimension(); k++) {
          dot +=
              query.values()[i * query.dimension() + k]
                  * passage.values()[j * query.dimension() + k];
        }
        best = Math.max(best, dot);
      }
      sum += best;
    }
    return sum;
  }
}
