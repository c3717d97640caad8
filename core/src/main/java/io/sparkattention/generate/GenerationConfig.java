package io.sparkattention.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How a text is continued; the entries are those of {@code generation_config.json}.
 *
 * @param sampling empty to take the best token
 */
public record GenerationConfig(
    Limits limits, Beams beams, Optional<Sampling> sampling, Constraints constraints) {

  /**
   * Where a text ends.
   *
   * @param maxNewTokens tokens after the prompt at most; 0 where {@code maxLength} says it
   * @param maxLength tokens of the decoder at most, its prompt included; 0 for no such limit
   * @param minNewTokens tokens after the prompt before an end is possible
   * @param minLength tokens of the decoder before an end is possible, its prompt included
   * @param ends tokens that end a text
   * @param stopStrings texts that end a text
   */
  public record Limits(
      int maxNewTokens,
      int maxLength,
      int minNewTokens,
      int minLength,
      List<Integer> ends,
      List<String> stopStrings) {

    /** Tokens that may come after a prompt of the decoder. */
    public int newTokens(int promptLength) {
      return maxNewTokens > 0 ? maxNewTokens : Math.max(0, maxLength - promptLength);
    }

    /** The same limits with other endings. */
    Limits endingBy(List<Integer> tokens, List<String> strings) {
      return new Limits(maxNewTokens, maxLength, minNewTokens, minLength, tokens, strings);
    }
  }

  /** When beam search is over. */
  public enum EarlyStopping {
    /** When as many texts ended as there are beams. */
    TRUE,
    /** When no running beam is likely to end better, by its present score. */
    FALSE,
    /** When no running beam can end better. */
    NEVER
  }

  /**
   * How many texts are tried at once.
   *
   * @param count 1 for none but the best
   * @param lengthPenalty the power of its length that a text's score is divided by
   */
  public record Beams(int count, double lengthPenalty, EarlyStopping earlyStopping) {}

  /**
   * How tokens are drawn.
   *
   * @param temperature what scores are divided by
   * @param topK how many tokens may be drawn; 0 for all
   * @param topP the share of probability that may be drawn from; 1 for all
   * @param minP the probability that may be drawn, as a share of the highest; 0 for all
   * @param seed the same seed draws the same tokens after the same prompt
   */
  public record Sampling(double temperature, int topK, double topP, double minP, long seed) {}

  /**
   * What may be said.
   *
   * @param noRepeatNgramSize n-grams of this size come once; 0 for no such rule
   * @param repetitionPenalty what the scores of tokens that were there before are divided by
   * @param forcedBos the token after a decoder prompt of one token; -1 for none
   * @param forcedEos the token at the greatest length; empty for none
   * @param suppressed tokens that never come
   * @param suppressedFirst tokens that do not come first
   */
  public record Constraints(
      int noRepeatNgramSize,
      double repetitionPenalty,
      int forcedBos,
      List<Integer> forcedEos,
      List<Integer> suppressed,
      List<Integer> suppressedFirst) {}

  /**
   * Checks that the numbers make sense.
   *
   * @throws IllegalArgumentException with every reason why they do not
   */
  public GenerationConfig {
    List<String> problems = new ArrayList<>();
    if (limits.maxNewTokens() < 1 && limits.maxLength() < 1) {
      problems.add("max_new_tokens and max_length are both missing: give one, at least 1");
    }
    if (beams.count() < 1) {
      problems.add("num_beams=" + beams.count() + ": use at least 1");
    }
    if (beams.count() > 1 && sampling.isPresent()) {
      problems.add("do_sample with num_beams > 1 is not supported: choose one of them");
    }
    if (constraints.repetitionPenalty() <= 0) {
      problems.add(
          "repetition_penalty=" + constraints.repetitionPenalty() + ": use a positive number");
    }
    sampling.ifPresent(
        each -> {
          if (!(each.temperature() > 0)) {
            problems.add("temperature=" + each.temperature() + ": use a positive number");
          }
          if (!(each.topP() > 0 && each.topP() <= 1)) {
            problems.add("top_p=" + each.topP() + ": use a number in (0, 1]");
          }
          if (!(each.minP() >= 0 && each.minP() < 1) || each.topK() < 0) {
            problems.add(
                "min_p=%s, top_k=%d: use [0, 1) and 0 or more".formatted(each.minP(), each.topK()));
          }
        });
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException("generation: " + String.join("; ", problems));
    }
  }

  /**
   * Reads the {@code generation_config.json} of a model directory, or where there is none what its
   * {@code config.json} says.
   *
   * @param overriding entries that are asked for instead
   */
  public static GenerationConfig read(Path directory, JsonNode overriding) {
    ObjectMapper mapper = new ObjectMapper();
    try {
      ObjectNode merged = mapper.createObjectNode();
      for (String name : List.of("config.json", "generation_config.json")) {
        Path file = directory.resolve(name);
        if (Files.isRegularFile(file)) {
          mapper.readTree(file.toFile()).properties().forEach(e -> put(merged, e));
        }
      }
      overriding.properties().forEach(e -> put(merged, e));
      boolean both = overriding.has("max_length") && !overriding.has("max_new_tokens");
      if (both) {
        merged.remove("max_new_tokens");
      }
      return of(merged);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  private static void put(ObjectNode merged, Map.Entry<String, JsonNode> entry) {
    if (!entry.getValue().isNull()) {
      merged.set(entry.getKey(), entry.getValue());
    }
  }

  /** Reads the entries of a {@code generation_config.json}. */
  public static GenerationConfig of(JsonNode json) {
    Limits limits =
        new Limits(
            json.path("max_new_tokens").asInt(0),
            json.path("max_length").asInt(20),
            json.path("min_new_tokens").asInt(0),
            json.path("min_length").asInt(0),
            numbers(json.path("eos_token_id")),
            texts(json.path("stop_strings")));
    String early = json.path("early_stopping").asText("false");
    Beams beams =
        new Beams(
            json.path("num_beams").asInt(1),
            json.path("length_penalty").asDouble(1),
            EarlyStopping.valueOf(early.toUpperCase(Locale.ROOT)));
    Optional<Sampling> sampling =
        json.path("do_sample").asBoolean(false)
            ? Optional.of(
                new Sampling(
                    json.path("temperature").asDouble(1),
                    json.path("top_k").asInt(50),
                    json.path("top_p").asDouble(1),
                    json.path("min_p").asDouble(0),
                    json.path("seed").asLong(0)))
            : Optional.empty();
    Constraints constraints =
        new Constraints(
            json.path("no_repeat_ngram_size").asInt(0),
            json.path("repetition_penalty").asDouble(1),
            json.path("forced_bos_token_id").asInt(-1),
            numbers(json.path("forced_eos_token_id")),
            numbers(json.path("suppress_tokens")),
            numbers(json.path("begin_suppress_tokens")));
    return new GenerationConfig(limits, beams, sampling, constraints);
  }

  private static List<Integer> numbers(JsonNode node) {
    List<Integer> values = new ArrayList<>();
    if (node.isInt()) {
      values.add(node.intValue());
    }
    node.forEach(each -> values.add(each.intValue()));
    return values;
  }

  private static List<String> texts(JsonNode node) {
    List<String> values = new ArrayList<>();
    if (node.isTextual()) {
      values.add(node.textValue());
    }
    node.forEach(each -> values.add(each.textValue()));
    return values;
  }
}
