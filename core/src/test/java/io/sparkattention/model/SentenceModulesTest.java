package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.tensor.HeadActivation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentenceModulesTest {

  @TempDir Path directory;

  private void write(String file, String content) {
    try {
      Files.createDirectories(directory.resolve(file).getParent());
      Files.writeString(directory.resolve(file), content.replace('\'', '"'));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes modules.json; each module is "type path". */
  private void modules(String... modules) {
    List<String> entries = new ArrayList<>();
    for (String module : modules) {
      String[] parts = module.split(" ", 2);
      entries.add(
          "{'type': 'sentence_transformers.models.%s', 'path': '%s'}"
              .formatted(parts[0], parts[1]));
    }
    write("modules.json", entries.toString());
  }

  private SentenceModules valid() {
    List<String> problems = new ArrayList<>();
    SentenceModules modules = SentenceModules.read(directory, problems);
    assertThat(problems).isEmpty();
    return modules;
  }

  private List<String> problems() {
    List<String> problems = new ArrayList<>();
    SentenceModules.read(directory, problems);
    return problems;
  }

  private static SentencePooling pooling(Pooling... modes) {
    return new SentencePooling(List.of(modes), true);
  }

  @Test
  void directoryWithoutModules() {
    SentenceModules modules = valid();
    assertThat(modules.transformer()).isEqualTo(directory);
    assertThat(modules.pooling()).isEqualTo(pooling(Pooling.MEAN));
    assertThat(modules.normalized()).isTrue();
    assertThat(modules.dense()).isEmpty();
    assertThat(modules.maxSequenceLength()).isZero();
    assertThat(modules.prompt(Role.QUERY)).isEmpty();
  }

  @Test
  void encoderInAFolderOfItsOwn() {
    modules("Transformer 0_Transformer", "Pooling 1_Pooling", "Dropout 2_Dropout");
    write("1_Pooling/config.json", "{'pooling_mode': 'cls', 'include_prompt': false}");
    write("0_Transformer/sentence_bert_config.json", "{'max_seq_length': 77}");
    write("0_Transformer/tokenizer_config.json", "{'model_max_length': 512}");
    SentenceModules modules = valid();
    assertThat(modules.transformer()).isEqualTo(directory.resolve("0_Transformer"));
    assertThat(modules.pooling()).isEqualTo(new SentencePooling(List.of(Pooling.CLS), false));
    assertThat(modules.normalized()).isFalse();
    assertThat(modules.maxSequenceLength()).isEqualTo(77);
  }

  @Test
  void longestSequenceOfTheTokenizer() {
    write("sentence_bert_config.json", "{'max_seq_length': null}");
    write("tokenizer_config.json", "{'model_max_length': 512}");
    assertThat(valid().maxSequenceLength()).isEqualTo(512);
    write("tokenizer_config.json", "{'model_max_length': 1000000000000000019884624838656}");
    assertThat(valid().maxSequenceLength()).as("no limit").isZero();
  }

  @Test
  void switchesOfOlderReleasesAreJoinedInTheirOrder() {
    modules("Transformer ", "Pooling 1_Pooling");
    write(
        "1_Pooling/config.json",
        "{'word_embedding_dimension': 8, 'pooling_mode_lasttoken': true,"
            + " 'pooling_mode_weightedmean_tokens': true, 'pooling_mode_mean_sqrt_len_tokens':"
            + " true, 'pooling_mode_mean_tokens': true, 'pooling_mode_max_tokens': true,"
            + " 'pooling_mode_cls_token': true}");
    assertThat(valid().pooling())
        .isEqualTo(
            pooling(
                Pooling.CLS,
                Pooling.MAX,
                Pooling.MEAN,
                Pooling.MEAN_SQRT_LEN_TOKENS,
                Pooling.WEIGHTEDMEAN,
                Pooling.LASTTOKEN));
  }

  @Test
  void namesOfNewerReleasesKeepTheirOrder() {
    modules("Transformer ", "Pooling 1_Pooling");
    write("1_Pooling/config.json", "{'pooling_mode': ['mean', 'cls', 'weightedmean']}");
    assertThat(valid().pooling())
        .isEqualTo(pooling(Pooling.MEAN, Pooling.CLS, Pooling.WEIGHTEDMEAN));
  }

  @Test
  void poolingsThatAreNotSupported() {
    modules("Transformer ", "Pooling 1_Pooling");
    write(
        "1_Pooling/config.json",
        "{'pooling_mode': ['median', 'mean'], 'pooling_mode_some_tokens': true}");
    assertThat(problems())
        .hasSize(2)
        .allSatisfy(each -> assertThat(each).contains("is not supported, use one of [cls,"))
        .anySatisfy(each -> assertThat(each).contains("'median'"))
        .anySatisfy(each -> assertThat(each).contains("'pooling_mode_some_tokens'"));
    write("1_Pooling/config.json", "{'pooling_mode_mean_tokens': false}");
    assertThat(problems()).singleElement().asString().endsWith("names no pooling");
  }

  @Test
  void severalProblemsAtOnce() {
    modules(
        "Transformer ",
        "Pooling 1_Pooling",
        "WordWeights 2_Weights",
        "Dense 3_Dense",
        "Normalize ../elsewhere");
    write("config_sentence_transformers.json", "{'prompts': ");
    assertThat(problems())
        .satisfiesExactly(
            each -> assertThat(each).endsWith("1_Pooling/config.json is missing"),
            each ->
                assertThat(each)
                    .isEqualTo(
                        "modules.json: sentence_transformers.models.WordWeights is not supported:"
                            + " Dense, Dropout, Normalize, Pooling and Transformer are"),
            each -> assertThat(each).endsWith("3_Dense/config.json is missing"),
            each -> assertThat(each).endsWith("elsewhere lies outside the model's directory"),
            each ->
                assertThat(each)
                    .contains("config_sentence_transformers.json is not readable JSON"));
  }

  @Test
  void pathsStayInside() {
    for (String path : List.of("../other", "/etc", "1_Pooling/../../other")) {
      modules("Transformer " + path);
      assertThat(problems()).as(path).singleElement().asString().contains("lies outside");
    }
  }

  @Test
  void ordersThatWouldGiveOtherVectors() {
    write("1_Pooling/config.json", "{'pooling_mode': 'mean'}");
    for (String[] order :
        new String[][] {
          {"Pooling 1_Pooling", "Transformer "},
          {"Transformer ", "Normalize 3", "Pooling 1_Pooling"},
          {"Transformer ", "Pooling 1_Pooling", "Pooling 1_Pooling"},
          {"Transformer ", "Pooling 1_Pooling", "Normalize 3", "Normalize 3"}
        }) {
      modules(order);
      assertThat(problems()).singleElement().asString().contains("is no supported order");
    }
    write("modules.json", "[");
    assertThat(problems()).singleElement().asString().contains("modules.json is not readable");
  }

  @Test
  void promptsByRole() {
    write(
        "config_sentence_transformers.json",
        "{'prompts': {'query': 'Q: ', 'document': 'D: ', 'other': 'O: '}}");
    modules("Transformer ");
    SentenceModules modules = valid();
    assertThat(modules.prompt(Role.QUERY)).isEqualTo("Q: ");
    assertThat(modules.prompt(Role.PASSAGE)).isEqualTo("D: ");
    assertThat(modules.prompt(Role.SYMMETRIC)).isEmpty();
    write(
        "config_sentence_transformers.json",
        "{'prompts': {'passage': 'P: ', 'other': 'O: '}, 'default_prompt_name': 'other'}");
    modules = valid();
    assertThat(modules.prompt(Role.QUERY)).isEqualTo("O: ");
    assertThat(modules.prompt(Role.PASSAGE)).isEqualTo("P: ");
    assertThat(modules.prompt(Role.SYMMETRIC)).isEqualTo("O: ");
  }

  @Test
  void denseLayers() {
    EditableCheckpoint checkpoint = EditableCheckpoint.copy("bert-sentence-transformer", directory);
    SentenceModules modules = valid();
    assertThat(modules.dense())
        .containsExactly(
            new DenseModule(directory.resolve("2_Dense"), 32, 24, true, HeadActivation.TANH));
    assertThat(modules.misfits(32)).isEmpty();
    assertThat(modules.misfits(16))
        .singleElement()
        .asString()
        .endsWith("2_Dense reads 32 numbers, but what stands before it gives 16");
    checkpoint.edit(
        "2_Dense/config.json",
        config -> config.put("out_features", 25).put("activation_function", "torch.nn.SiLU"));
    assertThat(problems())
        .satisfiesExactly(
            each ->
                assertThat(each)
                    .endsWith(
                        "activation torch.nn.SiLU is not supported: Identity, ReLU and Tanh are"),
            each -> assertThat(each).contains("linear.weight").contains("linear.bias"));
    checkpoint.edit("2_Dense/config.json", config -> config.remove("in_features"));
    assertThat(problems())
        .anySatisfy(each -> assertThat(each).contains("in_features and out_features must be"));
  }

  @Test
  void denseLayerWithoutABias() {
    EditableCheckpoint.copy("bert-sentence-transformer", directory)
        .edit(
            "2_Dense/config.json",
            config ->
                config
                    .put("bias", false)
                    .put("activation_function", "torch.nn.modules.linear.Identity"));
    List<String> problems = new ArrayList<>();
    try (LoadedModel model =
        LoadedModel.load(directory, ModelSpec.of("without a bias"), Golden.POOL)) {
      assertThat(model.embedder().dimension()).isEqualTo(24);
      assertThat(model.embedder().embed(List.of("text"), Role.SYMMETRIC).get(0).vector())
          .hasSize(24);
    }
    assertThat(problems).isEmpty();
  }
}
