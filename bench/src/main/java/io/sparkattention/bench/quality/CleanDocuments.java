package io.sparkattention.bench.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.text.Sentence;
import io.sparkattention.text.SentenceSplitters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Documents of whole sentences, cut from longer texts by lot. */
final class CleanDocuments {

  private static final int SHORTEST = 200; // words
  private static final int LONGEST = 600;
  private static final ObjectMapper JSON = new ObjectMapper();

  private CleanDocuments() {}

  /** A document by its sentences. */
  record Document(String id, List<String> sentences) {

    String text() {
      return String.join(" ", sentences);
    }
  }

  /**
   * So many documents of JSON lines with {@code id} and {@code text}.
   *
   * @throws IOException also if the texts are not long enough
   */
  static List<Document> read(Path texts, int count, long seed) throws IOException {
    Random random = new Random(seed);
    List<Document> all = new ArrayList<>();
    for (String line : Files.readAllLines(texts)) {
      JsonNode row = JSON.readTree(line);
      cut(row.get("id").asText(), row.get("text").asText(), random, all);
    }
    if (all.size() < count) {
      throw new IOException(
          texts + " gives " + all.size() + " documents, not " + count + ": name longer texts");
    }
    Collections.shuffle(all, random);
    return all.subList(0, count);
  }

  private static void cut(String id, String text, Random random, List<Document> all) {
    List<String> sentences = new ArrayList<>();
    int words = 0;
    int wanted = 0;
    int number = 0;
    for (Sentence sentence : SentenceSplitters.byLanguage().split(text)) {
      wanted = sentences.isEmpty() ? SHORTEST + random.nextInt(LONGEST - SHORTEST) : wanted;
      sentences.add(sentence.text().strip());
      words += sentence.text().split("\\s+").length;
      if (words >= wanted) {
        all.add(new Document(id + "#" + number++, List.copyOf(sentences)));
        sentences.clear();
        words = 0;
      }
    }
  }
}
