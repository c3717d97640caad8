package io.sparkattention.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkattention.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a ColBERT checkpoint reads queries and passages, as its {@code artifact.metadata} says; what
 * that leaves open is as the authors' code has it.
 *
 * @param queryMarker the token after the first of a query
 * @param passageMarker the token after the first of a passage
 * @param mask the token that fills up short queries
 * @param queryLength to how many tokens they are filled up
 * @param passageLength the longest passage that is read at once, in tokens
 * @param masksAreAttendedTo whether the tokens of a query attend to those that fill it up
 * @param skipped the tokens of passages that are left out: punctuation
 */
record ColBertSettings(
    int queryMarker,
    int passageMarker,
    int mask,
    int queryLength,
    int passageLength,
    boolean masksAreAttendedTo,
    Set<Integer> skipped) {

  private static final String FILE = "artifact.metadata";
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  /** Reads a model directory; everything that is wrong is added to {@code problems}. */
  static ColBertSettings read(Path directory, Tokenizer tokenizer, List<String> problems) {
    JsonNode file = SentenceModules.optional(directory.resolve(FILE), problems);
    String similarity = file.path("similarity").asText("cosine");
    if (!similarity.equals("cosine")) {
      problems.add(FILE + ": similarity '" + similarity + "' is not supported: cosine is");
    }
    JsonNode vocabulary =
        SentenceModules.json(directory.resolve("tokenizer.json"), problems).path("model");
    OptionalInt mask = tokenizer.specialTokens().mask();
    if (mask.isEmpty()) {
      problems.add("the tokenizer has no mask token, with which ColBERT fills up queries");
    }
    int queryLength = file.path("query_maxlen").asInt(32);
    int passageLength = file.path("doc_maxlen").asInt(220);
    if (queryLength < 1 || passageLength < 1) {
      problems.add(FILE + ": query_maxlen and doc_maxlen must be positive numbers");
    }
    return new ColBertSettings(
        id(file.path("query_token_id").asText("[unused0]"), vocabulary, problems),
        id(file.path("doc_token_id").asText("[unused1]"), vocabulary, problems),
        mask.orElse(0),
        queryLength,
        passageLength,
        file.path("attend_to_mask_tokens").asBoolean(false),
        file.path("mask_punctuation").asBoolean(true) ? punctuation(tokenizer) : Set.of());
  }

  /**
   * Markers are entries of the vocabulary that no text spells, so the tokenizer cannot be asked.
   */
  private static int id(String token, JsonNode model, List<String> problems) {
    JsonNode entry = model.path("vocab").path(token);
    if (!entry.isInt()) {
      problems.add(
          FILE + ": the marker '" + token + "' is not in the vocabulary of tokenizer.json");
    }
    return entry.asInt();
  }

  private static Set<Integer> punctuation(Tokenizer tokenizer) {
    return PUNCTUATION
        .chars()
        .mapToObj(symbol -> tokenizer.encodeContentIds(Character.toString(symbol)).ids())
        .filter(ids -> ids.length > 0)
        .map(ids -> ids[0])
        .collect(Collectors.toUnmodifiableSet());
  }
}
