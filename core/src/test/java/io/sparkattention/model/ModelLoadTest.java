package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparkattention.attention.Attentions;
import io.sparkattention.model.PairScorer.Pair;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.text.TokenBatch;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a checkpoint or a spec is said at once, before anything is loaded. */
class ModelLoadTest {

  @TempDir Path directory;

  private EditableCheckpoint bert() {
    return EditableCheckpoint.copy("bert", directory);
  }

  private static List<String> problems(EditableCheckpoint checkpoint, ModelSpec spec) {
    ModelLoadException e =
        catchThrowableOfType(ModelLoadException.class, () -> checkpoint.load(spec).close());
    assertThat(e).as("load of %s", checkpoint.directory()).isNotNull();
    assertThat(e.problems()).allSatisfy(each -> assertThat(e.getMessage()).contains(each));
    return e.problems();
  }

  private static List<String> problems(EditableCheckpoint checkpoint) {
    return problems(checkpoint, ModelSpec.of("damaged"));
  }

  private static void assertProblems(List<String> actual, String... parts) {
    assertThat(actual).as("problems").hasSameSizeAs(parts);
    for (int i = 0; i < parts.length; i++) {
      assertThat(actual.get(i)).contains(parts[i]);
    }
  }

  @Test
  void everythingAtOnce() {
    EditableCheckpoint checkpoint = bert().delete("tokenizer.json").delete("model.safetensors");
    ModelSpec spec = new ModelSpec("damaged", "no-such", "fp8", "gpu:99", 0, "");
    assertProblems(
        problems(checkpoint, spec),
        "unknown dtype 'fp8': use fp32, fp16 or bf16",
        "device gpu:99 was asked for",
        "unknown attention 'no-such': use one of ",
        "No tokenizer at",
        "it holds none of");
  }

  @Test
  void emptyDirectory() {
    assertThatThrownBy(() -> LoadedModel.load(directory, ModelSpec.of("empty"), Golden.POOL))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith("model 'empty' cannot be loaded: ")
        .hasMessageContaining("config.json is missing")
        .hasMessageContaining("No tokenizer")
        .hasMessageContaining("it holds none of");
  }

  @Test
  void mechanismsAreAskedWithTheModelsShape() {
    EditableCheckpoint mpnet = EditableCheckpoint.copy("mpnet", directory).delete("tokenizer.json");
    assertProblems(
        problems(mpnet, ModelSpec.of("mpnet").withAttention("local-sparse-global")),
        "to which the model's position bias cannot be added",
        "No tokenizer at");
  }

  @Test
  void unknownModelType() {
    assertProblems(
        problems(bert().edit("config.json", config -> config.put("model_type", "bart"))),
        "config.json: model_type 'bart' is not supported (did you mean 'bert'?): the supported ones"
            + " are bert, big_bird, distilbert, longformer, modernbert, mpnet, roberta,"
            + " xlm-roberta");
  }

  @Test
  void windowsAndKindsOfLayers() {
    assertProblems(
        problems(
            EditableCheckpoint.copy("longformer", directory.resolve("a"))
                .edit("config.json", config -> config.putArray("attention_window").add(8))),
        "config.json: attention_window has 1 entries for 2 layers");
    assertProblems(
        problems(
            EditableCheckpoint.copy("longformer", directory.resolve("b"))
                .edit("config.json", config -> config.put("attention_window", 7))),
        "config.json: attention_window=[7, 7]: windows must be even and positive");
    assertProblems(
        problems(
            EditableCheckpoint.copy("modernbert", directory.resolve("c"))
                .edit("config.json", config -> config.put("classifier_pooling", "max"))),
        "config.json: classifier_pooling has [max], which is not supported: only cls, mean");
    assertProblems(
        problems(
            EditableCheckpoint.copy("big_bird", directory.resolve("d"))
                .edit("config.json", config -> config.put("attention_type", "random"))),
        "config.json: attention_type 'random' is not supported: use block_sparse or original_full");
  }

  @Test
  void entriesOfTheConfiguration() {
    EditableCheckpoint checkpoint =
        bert()
            .edit(
                "config.json",
                config -> {
                  config.remove("hidden_size");
                  config.put("num_attention_heads", "four");
                  config.put("hidden_act", "mish");
                  config.put("layer_norm_eps", "small");
                  config.put("position_embedding_type", "relative_key");
                });
    assertThat(problems(checkpoint))
        .containsExactly(
            "config.json: position_embedding_type=relative_key is not supported, only absolute",
            "config.json: hidden_size is missing",
            "config.json: num_attention_heads is not a whole number",
            "config.json: hidden_act: unknown activation 'mish': the supported ones are gelu,"
                + " gelu_fast, gelu_new, gelu_pytorch_tanh, relu, silu, swish",
            "config.json: layer_norm_eps is not a number");
  }

  @Test
  void numbersThatDoNotFitTogether() {
    EditableCheckpoint checkpoint =
        bert()
            .edit(
                "config.json",
                config -> {
                  config.put("num_attention_heads", 5);
                  config.put("max_position_embeddings", 0);
                  config.put("type_vocab_size", -1);
                });
    assertThat(problems(checkpoint))
        .containsExactly(
            "config.json of a bert model: hidden size 32 is not a multiple of its 5 heads; its"
                + " position embeddings leave no room for a token; the numbers of token types and"
                + " of relative buckets must not be negative");
  }

  @Test
  void brokenJson() {
    assertProblems(problems(bert().write("config.json", "{\"a\":")), "is not readable JSON");
  }

  @Test
  void tensorsThatAreMissingOrMisshapen() {
    EditableCheckpoint checkpoint =
        bert()
            .delete("tokenizer.json")
            .weights(
                tensors -> {
                  tensors.remove("embeddings.LayerNorm.bias");
                  tensors.get("encoder.layer.1.output.dense.bias").shape = new long[] {2, 16};
                });
    assertProblems(
        problems(checkpoint),
        "No tokenizer at",
        "tensor embeddings.LayerNorm.bias [32] is missing",
        "tensor encoder.layer.1.output.dense.bias has the shape [2, 16], but must have [32]");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 300, 20_000})
  void truncatedWeights(int bytes) {
    EditableCheckpoint checkpoint = bert().truncate("model.safetensors", bytes);
    assertProblems(
        problems(checkpoint, ModelSpec.of("damaged").withDtype("fp8")),
        "unknown dtype 'fp8'",
        "model.safetensors");
  }

  @Test
  void corruptTokenizer() {
    assertProblems(
        problems(bert().write("tokenizer.json", "{\"model\": 3}")), "is no readable tokenizer");
  }

  @Test
  void noRoomForText() {
    assertProblems(
        problems(bert(), ModelSpec.of("short").withMaxTokens(2)),
        "sequences of 2 tokens are too short");
  }

  @Test
  void noRoomForPairs() {
    EditableCheckpoint scorer = EditableCheckpoint.copy("bert-classification-1", directory);
    assertProblems(
        problems(scorer, ModelSpec.of("short").withMaxTokens(4)),
        "a longest sequence of 4 tokens has no room for a pair: use at least 5");
    try (LoadedModel model = scorer.load(ModelSpec.of("short").withMaxTokens(5))) {
      PairScorer.Score score =
          model.pairScorer().score(List.of(new Pair("a b c", "some passage"))).get(0);
      assertThat(score.truncated()).isTrue();
      assertThat(score.chunks()).isGreaterThan(1);
    }
  }

  @Test
  void headsThatAreMissing() {
    try (LoadedModel model = bert().load()) {
      assertThatThrownBy(model::pairScorer).hasMessageContaining("has no classification head");
      assertThatThrownBy(model::classifier).hasMessageContaining("use a cross-encoder");
      assertThatThrownBy(model::maskedLm).hasMessageContaining("no masked language model head");
    }
  }

  @Test
  void tooManyLabelsToScorePairs() {
    try (LoadedModel model = Golden.load("bert-classification-3")) {
      assertThatThrownBy(model::pairScorer)
          .isInstanceOf(ModelLoadException.class)
          .hasMessageContaining("the classification head has 3 labels");
    }
  }

  @Test
  void weightsThatAreNotNumbers() {
    EditableCheckpoint checkpoint =
        EditableCheckpoint.copy("bert-classification-1", directory)
            .weights(
                tensors -> tensors.get("bert.encoder.layer.0.output.dense.weight").fill(Float.NaN));
    try (LoadedModel model = checkpoint.load()) {
      assertThatThrownBy(() -> model.embedder().embed(List.of("text"), Role.SYMMETRIC))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("the model gave a vector that is not finite");
      assertThatThrownBy(() -> model.pairScorer().score(List.of(new Pair("query", "passage"))))
          .isInstanceOf(ArithmeticException.class)
          .hasMessage("the model gave a score that is not finite");
    }
  }

  @Test
  void sequencesThatTheModelCannotRead() {
    try (LoadedModel model = bert().load();
        var scope = model.owner().newSubManager()) {
      Encoder encoder = model.encoder();
      assertThatThrownBy(() -> encoder.encode(scope, batch(new int[] {1, 280}), List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "token id 280 is outside the model's 0 to 279: tokenizer.json and the weights do"
                  + " not belong together");
      assertThatThrownBy(() -> encoder.encode(scope, batch(new int[] {-1}), List.of()))
          .hasMessageContaining("token id -1");
      assertThatThrownBy(
              () ->
                  encoder.encode(
                      scope,
                      new TokenBatch(new int[] {1}, new int[] {2}, new int[] {0, 1}),
                      List.of()))
          .hasMessageContaining("token type 2 is outside the model's 0 to 1");
      assertThatThrownBy(() -> encoder.encode(scope, batch(new int[65]), List.of()))
          .hasMessage("sequence 0 has 65 tokens: the model reads 1 to 64 at a time");
      assertThatThrownBy(() -> encoder.encode(scope, batch(new int[0]), List.of()))
          .hasMessage("sequence 0 has 0 tokens: the model reads 1 to 64 at a time");
      assertThatThrownBy(
              () ->
                  encoder.encode(scope, new TokenBatch(new int[0], null, new int[] {0}), List.of()))
          .hasMessage("a batch without sequences cannot be read");
    }
  }

  private static TokenBatch batch(int[] ids) {
    return new TokenBatch(ids, null, new int[] {0, ids.length});
  }

  @Test
  void specsSayEverythingThatIsWrong() {
    assertThatThrownBy(() -> new ModelSpec(" ", null, "fp32", "cpu", -1, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a model needs a location: a directory or a known name; attention=null, dtype=fp32,"
                + " device=cpu, revision=: none of them may be null; maxTokens=-1: use a positive"
                + " number, or 0 for the model's own limit");
    ModelSpec spec =
        ModelSpec.of("minilm").withAttention("eager").withDtype("bf16").withDevice("gpu");
    assertThat(spec.withMaxTokens(9))
        .isEqualTo(new ModelSpec("minilm", "eager", "bf16", "gpu", 9, ""));
  }

  @Test
  void everyMechanismIsNamedWhenOneIsUnknown() {
    List<String> problems = problems(bert(), ModelSpec.of("damaged").withAttention("densest"));
    assertThat(problems).hasSize(1);
    Attentions.REGISTRY
        .entries()
        .forEach(entry -> assertThat(problems.get(0)).contains(entry.name()));
  }
}
