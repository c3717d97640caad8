package io.sparkattention.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The ids of the tokens that have a role of their own; a tokenizer need not have all of them.
 *
 * @param cls stands before a text and gathers its meaning
 * @param sep ends a text or parts two
 * @param pad fills up a rectangle
 * @param mask hides a token that a masked-language model is to guess
 * @param unk stands for what the vocabulary cannot spell
 */
public record SpecialTokens(
    OptionalInt cls, OptionalInt sep, OptionalInt pad, OptionalInt mask, OptionalInt unk) {

  /** What the roles are called where no configuration says so: BERT's, then RoBERTa's names. */
  private static final Map<String, List<String>> USUAL =
      Map.of(
          "cls_token", List.of("[CLS]", "<s>"),
          "sep_token", List.of("[SEP]", "</s>"),
          "pad_token", List.of("[PAD]", "<pad>"),
          "mask_token", List.of("[MASK]", "<mask>"),
          "unk_token", List.of("[UNK]", "<unk>"));

  /**
   * Reads the roles.
   *
   * @param tokenizer the parsed {@code tokenizer.json}
   * @param configurations parsed {@code tokenizer_config.json} and {@code special_tokens_map.json},
   *     as far as they exist; the first to name a token decides
   */
  static SpecialTokens of(JsonNode tokenizer, List<JsonNode> configurations) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    tokenizer
        .path("added_tokens")
        .forEach(token -> ids.put(token.path("content").asText(), token.path("id").asInt()));
    return new SpecialTokens(
        id("cls_token", ids, configurations),
        id("sep_token", ids, configurations),
        id("pad_token", ids, configurations),
        id("mask_token", ids, configurations),
        id("unk_token", ids, configurations));
  }

  private static OptionalInt id(
      String role, Map<String, Integer> ids, List<JsonNode> configurations) {
    for (JsonNode configuration : configurations) {
      JsonNode token = configuration.path(role);
      String content = token.isTextual() ? token.asText() : token.path("content").asText();
      if (ids.containsKey(content)) {
        return OptionalInt.of(ids.get(content));
      }
    }
    for (String content : USUAL.get(role)) {
      if (ids.containsKey(content)) {
        return OptionalInt.of(ids.get(content));
      }
    }
    return OptionalInt.empty();
  }
}
