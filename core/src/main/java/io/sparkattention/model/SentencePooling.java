package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.tensor.Uploads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The pooling module of a sentence-transformers directory.
 *
 * @param modes one or several poolings, whose vectors are joined end to end
 * @param includePrompt whether the tokens of a prompt are pooled with the others
 */
record SentencePooling(List<Pooling> modes, boolean includePrompt) {

  /** What a directory without modules gets. */
  static final SentencePooling MEAN = new SentencePooling(List.of(Pooling.MEAN), true);

  private static final String SWITCH = "pooling_mode_";

  /** The switches of older releases and what newer ones call them. */
  private static final Map<String, String> SWITCHES = switches();

  /** Reads the module; what is wrong with it is added to {@code problems}. */
  static SentencePooling read(Path directory, List<String> problems) {
    Path file = directory.resolve("config.json");
    JsonNode config = SentenceModules.json(file, problems);
    if (config.isMissingNode()) {
      return MEAN;
    }
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

  /**
   * The names of the modes, in the order in which their vectors are joined: newer releases list
   * them, older ones have a switch for each and an order of their own.
   */
  private static List<String> names(JsonNode config) {
    List<String> names = new ArrayList<>();
    JsonNode mode = config.path("pooling_mode");
    if (mode.isTextual()) {
      names.add(mode.asText());
    }
    mode.elements().forEachRemaining(each -> names.add(each.asText()));
    SWITCHES.forEach(
        (key, name) -> {
          if (config.path(SWITCH + key).asBoolean()) {
            names.add(name);
          }
        });
    config
        .properties()
        .forEach(
            entry -> {
              String key = entry.getKey();
              boolean known = SWITCHES.containsKey(key.replaceFirst(SWITCH, ""));
              if (key.startsWith(SWITCH) && !known && entry.getValue().asBoolean()) {
                names.add(key);
              }
            });
    return names;
  }

  private static Map<String, String> switches() {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("cls_token", "cls");
    names.put("max_tokens", "max");
    names.put("mean_tokens", "mean");
    names.put("mean_sqrt_len_tokens", "mean_sqrt_len_tokens");
    names.put("weightedmean_tokens", "weightedmean");
    names.put("lasttoken", "lasttoken");
    return names;
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
