package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a sentence-transformers directory says of the way from activations to vectors: {@code
 * modules.json}, the pooling, dense layers, normalization and prompts. A directory without {@code
 * modules.json} is read as mean pooling with normalization.
 *
 * @param transformer where the encoder's files lie
 * @param pooling how activations become a vector
 * @param dense directories of the dense layers, in their order
 * @param normalized whether vectors have length 1
 * @param prompts text to put before a text, by name such as {@code query}
 * @param maxSequenceLength the limit that the directory sets; 0 where it sets none
 * @param configJson {@code config_sentence_transformers.json}; an empty node where there is none
 */
record SentenceModules(
    Path transformer,
    SentencePooling pooling,
    List<Path> dense,
    boolean normalized,
    Map<String, String> prompts,
    int maxSequenceLength,
    JsonNode configJson) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Reads a model directory; everything that is wrong is added to {@code problems}. */
  static SentenceModules read(Path directory, List<String> problems) {
    Path modules = directory.resolve("modules.json");
    if (!Files.isRegularFile(modules)) {
      return new SentenceModules(
          directory,
          SentencePooling.MEAN,
          List.of(),
          true,
          Map.of(),
          maxSequenceLength(directory),
          sentenceConfig(directory));
    }
    Path transformer = directory;
    SentencePooling pooling = SentencePooling.MEAN;
    List<Path> dense = new ArrayList<>();
    boolean normalized = false;
    for (JsonNode module : json(modules)) {
      String type = module.path("type").asText();
      Path path = directory.resolve(module.path("path").asText()).normalize();
      if (!path.startsWith(directory.normalize())) {
        problems.add("modules.json: " + path + " lies outside the model's directory");
        continue;
      }
      switch (type.substring(type.lastIndexOf('.') + 1)) {
        case "Transformer" -> transformer = path;
        case "Pooling" -> pooling = SentencePooling.read(path, problems);
        case "Dense" -> dense.add(path);
        case "Normalize" -> normalized = true;
        case "Dropout" -> {}
        default ->
            problems.add(
                "modules.json: "
                    + type
                    + " is not supported: Transformer, Pooling, Dense, Normalize and Dropout are");
      }
    }
    return new SentenceModules(
        transformer,
        pooling,
        List.copyOf(dense),
        normalized,
        prompts(sentenceConfig(directory)),
        maxSequenceLength(transformer),
        sentenceConfig(directory));
  }

  private static JsonNode sentenceConfig(Path directory) {
    Path file = directory.resolve("config_sentence_transformers.json");
    return Files.isRegularFile(file) ? json(file) : MissingNode.getInstance();
  }

  private static Map<String, String> prompts(JsonNode config) {
    Map<String, String> prompts = new HashMap<>();
    config
        .path("prompts")
        .properties()
        .forEach(entry -> prompts.put(entry.getKey(), entry.getValue().asText()));
    String standard = config.path("default_prompt_name").asText("");
    if (prompts.containsKey(standard)) {
      prompts.put("", prompts.get(standard));
    }
    return Map.copyOf(prompts);
  }

  /** The limit of {@code sentence_bert_config.json}, or else of {@code tokenizer_config.json}. */
  private static int maxSequenceLength(Path transformer) {
    int limit = entry(transformer.resolve("sentence_bert_config.json"), "max_seq_length");
    return limit > 0
        ? limit
        : entry(transformer.resolve("tokenizer_config.json"), "model_max_length");
  }

  /** A whole number of a file; 0 where there is none, or one that stands for no limit. */
  private static int entry(Path file, String name) {
    JsonNode node = Files.isRegularFile(file) ? json(file).path(name) : MissingNode.getInstance();
    return node.canConvertToInt() ? node.intValue() : 0;
  }

  /** What stands before a text in this role; empty where the model wants nothing. */
  String prompt(TextEmbedder.Role role) {
    String standard = prompts.getOrDefault("", "");
    return switch (role) {
      case QUERY -> prompts.getOrDefault("query", standard);
      case PASSAGE -> prompts.getOrDefault("passage", prompts.getOrDefault("document", standard));
      case SYMMETRIC -> standard;
    };
  }

  static JsonNode json(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is not readable JSON: " + e.getMessage(), e);
    }
  }
}
