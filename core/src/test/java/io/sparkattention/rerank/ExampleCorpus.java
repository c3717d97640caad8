package io.sparkattention.rerank;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Texts of the example corpus by their ids. */
final class ExampleCorpus {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ExampleCorpus() {}

  static Map<String, String> passages() throws IOException {
    return texts("passages.jsonl", "passage_id", "text");
  }

  static Map<String, String> queries() throws IOException {
    return texts("queries.jsonl", "query_id", "query");
  }

  private static Map<String, String> texts(String file, String id, String text) throws IOException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of("..", "examples", "corpus", file))) {
      JsonNode row = JSON.readTree(line);
      texts.put(row.get(id).asText(), row.get(text).asText());
    }
    return texts;
  }
}
