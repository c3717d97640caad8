package io.sparkattention.bench.scale;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Many rows made of few texts, with poisoned lines spread among them. The id of a row tells which
 * text it has ({@code t17-4}: text 17, its fifth copy), so that its result can be compared with the
 * one that this text has in a small run.
 *
 * @param texts the different ones
 * @param rows how many good rows
 * @param poisoned how many lines beside them have no result
 */
record SoakTable(List<String> texts, int rows, int poisoned) {

  /** Passages of a query. */
  static final int CANDIDATES = 20;

  /** The texts themselves, each once and nothing else. */
  SoakTable reference() {
    return new SoakTable(texts, texts.size(), 0);
  }

  /** Writes documents: {@code id} and {@code text}. */
  void writeDocuments(Path file) throws IOException {
    write(file, (row, id, group) -> row.put("id", id));
  }

  /** Writes pairs of a query and a passage; so many of them share a query. */
  void writePairs(Path file) throws IOException {
    write(
        file,
        (row, id, group) ->
            row.put("query_id", "q" + group)
                .put("query", "What is said of our country and its people?")
                .put("passage_id", id));
  }

  private interface Keys {
    ObjectNode add(ObjectNode row, String id, int group);
  }

  private void write(Path file, Keys keys) throws IOException {
    int every = poisoned == 0 ? Integer.MAX_VALUE : Math.max(1, rows / poisoned);
    int bad = 0;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      for (int i = 0; i < rows; i++) {
        int text = i % texts.size();
        String id = "t" + text + "-" + i / texts.size();
        line(out, keys.add(Poison.row(), id, i / CANDIDATES).put("text", texts.get(text)));
        for (; bad < poisoned && (i / every >= bad || i == rows - 1); bad++) {
          ObjectNode row = keys.add(Poison.row(), "bad" + bad, i / CANDIDATES).put("text", "good");
          out.write(Poison.of(bad).line(row, "text"));
          out.write('\n');
        }
      }
    }
  }

  private static void line(OutputStream out, ObjectNode row) throws IOException {
    out.write(row.toString().getBytes(StandardCharsets.UTF_8));
    out.write('\n');
  }
}
