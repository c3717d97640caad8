package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
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
    Pooling pooling,
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
          directory, Pooling.MEAN, List.of(), true, Map.of(), 0, sentenceConfig(directory));
    }
    Path transformer = directory;
    Pooling pooling = Pooling.MEAN;
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
        case "Pooling" -> pooling = pooling(path, problems);
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

  private static Pooling pooling(Path directory, List<String> problems) {
    Path file = directory.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      problems.add(file + " is missing");
      return Pooling.MEAN;
    }
    JsonNode config = json(file);
    List<String> modes = new ArrayList<>();
    if (config.path("pooling_mode").isTextual()) {
      modes.add(config.path("pooling_mode").asText());
    }
    config
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().startsWith("pooling_mode_") && entry.getValue().asBoolean()) {
                modes.add(poolingName(entry.getKey().substring("pooling_mode_".length())));
              }
            });
    String mode = modes.size() == 1 ? modes.get(0).toLowerCase(Locale.ROOT) : modes.toString();
    for (Pooling each : Pooling.values()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(mode)) {
        return each;
      }
    }
    problems.add(
        file
            + ": pooling '"
            + mode
            + "' is not supported: "
            + Arrays.toString(Pooling.values()).toLowerCase(Locale.ROOT)
            + " are");
    return Pooling.MEAN;
  }

  /** {@code cls_token} is cls, {@code mean_tokens} is mean, others are called what they are. */
  private static String poolingName(String key) {
    return switch (key) {
      case "cls_token" -> "cls";
      case "mean_tokens" -> "mean";
      case "max_tokens" -> "max";
      default -> key;
    };
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

  private static int maxSequenceLength(Path transformer) {
    Path file = transformer.resolve("sentence_bert_config.json");
    return Files.isRegularFile(file) ? json(file).path("max_seq_length").asInt(0) : 0;
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
