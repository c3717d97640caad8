package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a sentence-transformers directory says of the way from activations to vectors: {@code
 * modules.json}, the pooling, dense layers, normalization and prompts. A directory without {@code
 * modules.json} is read as mean pooling with normalization.
 *
 * @param transformer where the encoder's files lie
 * @param pooling how activations become a vector
 * @param dense the dense layers, in their order
 * @param normalized whether vectors have length 1
 * @param prompts text to put before a text, by name such as {@code query}
 * @param maxSequenceLength the limit that the directory sets; 0 where it sets none
 * @param configJson {@code config_sentence_transformers.json}; an empty node where there is none
 */
record SentenceModules(
    Path transformer,
    SentencePooling pooling,
    List<DenseModule> dense,
    boolean normalized,
    Map<String, String> prompts,
    int maxSequenceLength,
    JsonNode configJson) {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> ORDERED = Set.of("Transformer", "Pooling", "Dense", "Normalize");

  private static final Pattern ORDER =
      Pattern.compile("Transformer( Pooling)?( Dense)*( Normalize)?");

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
          maxSequenceLength(directory, problems),
          sentenceConfig(directory, problems));
    }
    List<String> types = new ArrayList<>();
    Path transformer = directory;
    SentencePooling pooling = SentencePooling.MEAN;
    List<DenseModule> dense = new ArrayList<>();
    JsonNode list = json(modules, problems);
    for (JsonNode module : list) {
      String type = module.path("type").asText();
      String name = type.substring(type.lastIndexOf('.') + 1);
      types.add(name);
      Path path = directory.resolve(module.path("path").asText()).normalize();
      if (!path.startsWith(directory.normalize())) {
        problems.add("modules.json: " + path + " lies outside the model's directory");
        continue;
      }
      switch (name) {
        case "Transformer" -> transformer = path;
        case "Pooling" -> pooling = SentencePooling.read(path, problems);
        case "Dense" -> dense.add(DenseModule.read(path, problems));
        case "Normalize", "Dropout" -> {}
        default ->
            problems.add(
                "modules.json: "
                    + type
                    + " is not supported: Dense, Dropout, Normalize, Pooling and Transformer are");
      }
    }
    types.retainAll(ORDERED);
    if (!list.isMissingNode() && !ORDER.matcher(String.join(" ", types)).matches()) {
      problems.add(
          "modules.json: "
              + types
              + " is no supported order: use Transformer, Pooling, any number of Dense, and at most"
              + " one Normalize at the end");
    }
    JsonNode sentenceConfig = sentenceConfig(directory, problems);
    return new SentenceModules(
        transformer,
        pooling,
        List.copyOf(dense),
        types.contains("Normalize"),
        prompts(sentenceConfig),
        maxSequenceLength(transformer, problems),
        sentenceConfig);
  }

  /** What does not fit between the encoder, the pooling and the dense layers. */
  List<String> misfits(int hiddenSize) {
    List<String> misfits = new ArrayList<>();
    int columns = hiddenSize * pooling.modes().size();
    for (DenseModule each : dense) {
      if (each.in() != columns) {
        misfits.add(
            "%s reads %d numbers, but what stands before it gives %d"
                .formatted(each.directory(), each.in(), columns));
      }
      columns = each.out();
    }
    return misfits;
  }

  private static JsonNode sentenceConfig(Path directory, List<String> problems) {
    return optional(directory.resolve("config_sentence_transformers.json"), problems);
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
  private static int maxSequenceLength(Path transformer, List<String> problems) {
    int limit = entry(transformer.resolve("sentence_bert_config.json"), "max_seq_length", problems);
    return limit > 0
        ? limit
        : entry(transformer.resolve("tokenizer_config.json"), "model_max_length", problems);
  }

  /** A whole number of a file; 0 where there is none, or one that stands for no limit. */
  private static int entry(Path file, String name, List<String> problems) {
    JsonNode node = optional(file, problems).path(name);
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

  /** A file as JSON; a missing node where there is no such file. */
  static JsonNode optional(Path file, List<String> problems) {
    return Files.isRegularFile(file) ? json(file, problems) : MissingNode.getInstance();
  }

  /** A file as JSON; if it cannot be read, a problem is added and a missing node returned. */
  static JsonNode json(Path file, List<String> problems) {
    if (!Files.isRegularFile(file)) {
      problems.add(file + " is missing");
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      problems.add(file + " is not readable JSON: " + e.getMessage());
      return MissingNode.getInstance();
    }
  }
}
