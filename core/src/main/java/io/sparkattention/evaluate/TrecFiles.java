package io.sparkattention.evaluate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The text formats of TREC: runs ({@code query Q0 document rank score tag}) and judgements ({@code
 * query 0 document relevance}), with white space between fields. Empty lines and lines that start
 * with {@code #} are passed over, as trec_eval 10 does.
 */
public final class TrecFiles {

  private static final int REPORTED = 10;

  private TrecFiles() {}

  /**
   * Reads a run. The rank is not looked at, the score says the order; nor are fields behind the
   * tag, which is that of the last line.
   *
   * @throws IllegalArgumentException with the numbers of the lines that are not such lines, have no
   *     finite score, or name a document of a query again
   */
  public static Run readRun(Iterable<String> lines) {
    Map<String, List<ScoredDocument>> documents = new LinkedHashMap<>();
    Set<List<String>> seen = new HashSet<>();
    String[] tag = {""};
    read(
        lines,
        (fields, problems) -> {
          if (fields.length < 6) {
            problems.add("a run has 6 fields (query Q0 document rank score tag)");
            return;
          }
          double score = score(fields[4], problems);
          if (!seen.add(List.of(fields[0], fields[2]))) {
            problems.add("document " + fields[2] + " of query " + fields[0] + " is there before");
          }
          if (problems.isEmpty()) {
            documents
                .computeIfAbsent(fields[0], query -> new ArrayList<>())
                .add(new ScoredDocument(fields[2], score));
            tag[0] = fields[5];
          }
        });
    return new Run(tag[0], documents);
  }

  /**
   * Reads judgements.
   *
   * @throws IllegalArgumentException with the numbers of the lines that are not such lines, have a
   *     relevance that is no whole number, or judge a document of a query again
   */
  public static Qrels readQrels(Iterable<String> lines) {
    Map<String, SortedMap<String, Integer>> judgements = new LinkedHashMap<>();
    read(
        lines,
        (fields, problems) -> {
          if (fields.length != 4) {
            problems.add("judgements have 4 fields (query 0 document relevance)");
            return;
          }
          int relevance = relevance(fields[3], problems);
          SortedMap<String, Integer> judged =
              judgements.computeIfAbsent(fields[0], query -> new TreeMap<>());
          if (judged.putIfAbsent(fields[2], relevance) != null) {
            problems.add("document " + fields[2] + " of query " + fields[0] + " is there before");
          }
        });
    return Qrels.of(judgements);
  }

  /**
   * Writes a run, a line per document: queries in the order of their ids, documents in {@link
   * ScoredDocument#ORDER}, ranks from 1.
   *
   * @throws IllegalArgumentException if an id or the tag is empty or has white space in it, or a
   *     score is not finite
   */
  public static List<String> write(Run run) {
    List<String> lines = new ArrayList<>();
    run.documents()
        .forEach(
            (query, found) -> {
              int rank = 0;
              for (ScoredDocument document : found.stream().sorted(ScoredDocument.ORDER).toList()) {
                if (!Double.isFinite(document.score())) {
                  throw new IllegalArgumentException(
                      "document %s of query %s has the score %s: leave it out"
                          .formatted(document.documentId(), query, document.score()));
                }
                lines.add(
                    String.join(
                        " ",
                        field(query),
                        "Q0",
                        field(document.documentId()),
                        String.valueOf(++rank),
                        String.valueOf(document.score()),
                        field(run.tag())));
              }
            });
    return lines;
  }

  /**
   * Writes judgements, a line each, in the order of the ids.
   *
   * @throws IllegalArgumentException if an id is empty or has white space in it
   */
  public static List<String> write(Qrels qrels) {
    List<String> lines = new ArrayList<>();
    qrels
        .judgements()
        .forEach(
            (query, judged) ->
                judged.forEach(
                    (document, relevance) ->
                        lines.add(field(query) + " 0 " + field(document) + " " + relevance)));
    return lines;
  }

  /** Takes lines apart; what a reader has against one is gathered with its number. */
  private static void read(Iterable<String> lines, BiConsumer<String[], List<String>> reader) {
    List<String> problems = new ArrayList<>();
    int number = 0;
    int bad = 0;
    for (String line : lines) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      List<String> ofLine = new ArrayList<>();
      reader.accept(line.strip().split("\\s+"), ofLine);
      if (!ofLine.isEmpty() && bad++ < REPORTED) {
        problems.add("line " + number + ": " + String.join(", ", ofLine) + ": '" + line + "'");
      }
    }
    if (bad > 0) {
      String more = bad > REPORTED ? "; and " + (bad - REPORTED) + " lines more" : "";
      throw new IllegalArgumentException(String.join("; ", problems) + more);
    }
  }

  private static double score(String text, List<String> problems) {
    try {
      double score = Double.parseDouble(text);
      if (Double.isFinite(score)) {
        return score;
      }
    } catch (NumberFormatException e) {
      // reported below
    }
    problems.add("the score '" + text + "' is no finite number");
    return 0;
  }

  private static int relevance(String text, List<String> problems) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      problems.add("the relevance '" + text + "' is no whole number");
      return 0;
    }
  }

  private static String field(String text) {
    if (text.isEmpty() || text.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException(
          "'" + text + "' cannot stand in a TREC file: it is empty or has white space");
    }
    return text;
  }
}
