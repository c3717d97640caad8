package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.tensor.Uploads;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The pooling module of a sentence-transformers directory.
 *
 * @param modes one or several poolings, whose vectors are joined end to end
 * @param includePrompt whether the tokens of a prompt are pooled with the others
 */
record SentencePooling(List<Pooling> modes, boolean includePrompt) {

  /** What a directory without modules gets. */
  static final SentencePooling MEAN = new SentencePooling(List.of(Pooling.MEAN), true);

  /** Reads the module; what is wrong with it is added to {@code problems}. */
  static SentencePooling read(Path directory, List<String> problems) {
    Path file = directory.resolve("config.json");
    if (!Files.isRegularFile(file)) {
      problems.add(file + " is missing");
      return MEAN;
    }
    JsonNode config = SentenceModules.json(file);
    List<Pooling> modes = new ArrayList<>();
    for (String name : names(config)) {
      Arrays.stream(Pooling.values())
          .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
          .findFirst()
          .ifPresentOrElse(
              modes::add,
              () ->
                  problems.add(
                      file
                          + ": pooling '"
                          + name
                          + "' is not supported, use one of "
                          + Arrays.toString(Pooling.values()).toLowerCase(Locale.ROOT)));
    }
    if (modes.isEmpty()) {
      problems.add(file + " names no pooling");
    }
    return new SentencePooling(List.copyOf(modes), config.path("include_prompt").asBoolean(true));
  }

  /** One entry of names in newer releases, one switch a mode in older ones. */
  private static List<String> names(JsonNode config) {
    List<String> names = new ArrayList<>();
    JsonNode mode = config.path("pooling_mode");
    if (mode.isTextual()) {
      names.add(mode.asText());
    }
    mode.elements().forEachRemaining(each -> names.add(each.asText()));
    config
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().startsWith("pooling_mode_") && entry.getValue().asBoolean()) {
                names.add(modern(entry.getKey().substring("pooling_mode_".length())));
              }
            });
    return names;
  }

  private static String modern(String key) {
    return switch (key) {
      case "cls_token" -> "cls";
      case "mean_tokens" -> "mean";
      case "max_tokens" -> "max";
      default -> key;
    };
  }

  /**
   * Pools.
   *
   * @param hidden (N, hidden)
   * @param skipped for each sequence, how many of its first tokens are left out
   * @return (B, modes · hidden) float32
   */
  NDArray pool(
      NDManager scope,
      NDArray hidden,
      PackedSequences sequences,
      int[] skipped,
      LayerOperators operators) {
    NDArray rows = hidden; // (N, hidden)
    PackedSequences kept = sequences;
    if (Arrays.stream(skipped).anyMatch(n -> n > 0)) {
      rows = operators.pick(scope, hidden, Uploads.of(scope, keptRows(sequences, skipped)));
      kept = sequences.without(scope, skipped);
    }
    NDList pooled = new NDList();
    for (Pooling mode : modes) {
      pooled.add(mode.pool(scope, rows, kept, operators)); // (B, hidden)
    }
    return pooled.size() == 1 ? pooled.get(0) : NDArrays.concat(pooled, 1);
  }

  private static long[] keptRows(PackedSequences sequences, int[] skipped) {
    List<Long> rows = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      for (long row = sequences.offsets()[i] + skipped[i];
          row < sequences.offsets()[i + 1];
          row++) {
        rows.add(row);
      }
    }
    return rows.stream().mapToLong(Long::longValue).toArray();
  }
}
