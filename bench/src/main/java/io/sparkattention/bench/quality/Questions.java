package io.sparkattention.bench.quality;

import io.sparkattention.bench.quality.JudgedCollection.Passage;
import io.sparkattention.bench.quality.JudgedCollection.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Gathers questions and their answers. An answer that repeats its question loses it. */
final class Questions {

  private final List<Passage> passages = new ArrayList<>();
  private final List<Query> queries = new ArrayList<>();

  /** Adds a question, unless nothing is left of its answer. */
  void add(String id, String question, String answer) {
    String text = without(question, answer);
    if (!text.isEmpty()) {
      passages.add(new Passage(id, text));
      queries.add(new Query(id, question, Set.of(id)));
    }
  }

  /** All of them: every question is a query, every answer a passage. */
  JudgedCollection collection(String name) {
    return new JudgedCollection(name, passages, queries);
  }

  /** The answer without any repetition of the question, however its words are spaced. */
  private static String without(String question, String answer) {
    StringBuilder pattern = new StringBuilder();
    for (String word : question.toLowerCase(Locale.ROOT).split("\\s+")) {
      pattern.append(pattern.isEmpty() ? "" : "\\s+").append(Pattern.quote(word));
    }
    int flags = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE;
    Matcher matcher = Pattern.compile(pattern.toString(), flags).matcher(answer);
    return matcher.replaceAll("").strip();
  }
}
