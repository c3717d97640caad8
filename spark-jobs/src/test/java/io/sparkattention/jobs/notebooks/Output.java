package io.sparkattention.jobs.notebooks;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of what a cell shows. */
record Output(Kind kind, String text) {

  /** How it is shown. */
  enum Kind {
    TEXT,
    TABLE,
    HTML
  }

  private static final Pattern DIRECTIVE = Pattern.compile("(?m)^%(table|html) ");

  /** What was printed, cut where a line begins with {@code %table} or {@code %html}. */
  static List<Output> of(String printed) {
    List<Output> outputs = new ArrayList<>();
    Matcher next = DIRECTIVE.matcher(printed);
    Kind kind = Kind.TEXT;
    int from = 0;
    while (next.find()) {
      add(outputs, kind, printed.substring(from, next.start()));
      kind = next.group(1).equals("table") ? Kind.TABLE : Kind.HTML;
      from = next.end();
    }
    add(outputs, kind, printed.substring(from));
    return outputs;
  }

  private static void add(List<Output> outputs, Kind kind, String text) {
    if (!text.isBlank()) {
      outputs.add(new Output(kind, text.strip()));
    }
  }
}
