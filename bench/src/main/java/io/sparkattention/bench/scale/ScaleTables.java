package io.sparkattention.bench.scale;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.text.Sentence;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.SentenceSplitters;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Large tables made of the speeches of the example corpus; the same arguments give the same bytes.
 *
 * @param speeches their texts
 */
record ScaleTables(List<String> speeches) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PASSAGE_WORDS = 20;
  private static final int QUERY_WORDS = 8;
  private static final int PARAGRAPH_SENTENCES = 10;
  private static final String BREAK = "\n\n";
  private static final int STEP = 101; // a prime: no passage twice among a query's candidates

  /** Reads the example corpus. */
  static ScaleTables of(Path corpus) throws IOException {
    List<String> speeches = new ArrayList<>();
    for (String line : Files.readAllLines(corpus.resolve("speeches.jsonl"))) {
      speeches.add(JSON.readTree(line).get("text").asText());
    }
    return new ScaleTables(speeches);
  }

  /**
   * Writes {@code passages.jsonl} (20 words each), {@code queries.jsonl} (8 words out of the
   * passage of the same number) and {@code candidates.jsonl}: for each query its own passage and
   * others.
   */
  void writePairs(Path folder, int passages, int candidates) throws IOException {
    String[] words = String.join(" ", speeches).split("\\s+");
    if (words.length < passages * PASSAGE_WORDS || passages < candidates) {
      throw new IllegalArgumentException(
          "passages must be "
              + candidates
              + " (one for each candidate) to "
              + words.length / PASSAGE_WORDS
              + ", but are "
              + passages);
    }
    try (BufferedWriter passageLines = Files.newBufferedWriter(folder.resolve("passages.jsonl"));
        BufferedWriter queryLines = Files.newBufferedWriter(folder.resolve("queries.jsonl"));
        BufferedWriter pairLines = Files.newBufferedWriter(folder.resolve("candidates.jsonl"))) {
      for (int i = 0; i < passages; i++) {
        int from = i * PASSAGE_WORDS;
        write(passageLines, "passage_id", "p" + i, "text", words(words, from, PASSAGE_WORDS));
        write(queryLines, "query_id", "q" + i, "query", words(words, from + 6, QUERY_WORDS));
        for (int j = 0; j < candidates; j++) {
          int passage = (int) ((i + (long) j * STEP) % passages);
          write(pairLines, "query_id", "q" + i, "passage_id", "p" + passage);
        }
      }
    }
  }

  /**
   * Writes {@code documents.jsonl}, and {@code references.jsonl}: a document's first paragraph,
   * which says nothing of quality.
   */
  void writeDocuments(Path folder, int documents, int words) throws IOException {
    try (BufferedWriter documentLines = Files.newBufferedWriter(folder.resolve("documents.jsonl"));
        BufferedWriter references = Files.newBufferedWriter(folder.resolve("references.jsonl"))) {
      int i = 0;
      for (String text : documents(documents, words)) {
        write(documentLines, "id", "d" + i, "text", text);
        write(references, "id", "d" + i, "reference", text.split(BREAK, 2)[0]);
        i++;
      }
    }
  }

  /** Texts of so many words at least: whole paragraphs of the speeches, each in another order. */
  List<String> documents(int documents, int words) {
    List<String> paragraphs = paragraphs();
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      Collections.shuffle(paragraphs, new Random(i));
      List<String> chosen = new ArrayList<>();
      for (int n = 0; n < words; n += paragraphs.get(chosen.size() - 1).split("\\s+").length) {
        chosen.add(paragraphs.get(chosen.size()));
      }
      texts.add(String.join(BREAK, chosen));
    }
    return texts;
  }

  /** All sentences of the speeches, each once. */
  List<String> sentences() {
    SentenceSplitter splitter = SentenceSplitters.named("eng");
    return speeches.stream()
        .flatMap(speech -> splitter.split(speech).stream())
        .map(Sentence::text)
        .distinct()
        .toList();
  }

  private List<String> paragraphs() {
    SentenceSplitter splitter = SentenceSplitters.named("eng");
    List<String> paragraphs = new ArrayList<>();
    for (String speech : speeches) {
      List<Sentence> sentences = splitter.split(speech);
      for (int from = 0; from < sentences.size(); from += PARAGRAPH_SENTENCES) {
        int to = Math.min(sentences.size(), from + PARAGRAPH_SENTENCES);
        paragraphs.add(
            String.join(" ", sentences.subList(from, to).stream().map(Sentence::text).toList()));
      }
    }
    return paragraphs;
  }

  private static String words(String[] words, int from, int count) {
    return String.join(" ", Arrays.asList(words).subList(from, from + count));
  }

  private static void write(BufferedWriter lines, String key, String id, String name, String value)
      throws IOException {
    lines.write(JSON.createObjectNode().put(key, id).put(name, value).toString());
    lines.newLine();
  }
}
