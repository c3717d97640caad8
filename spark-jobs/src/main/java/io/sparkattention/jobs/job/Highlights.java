package io.sparkattention.jobs.job;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a finished job shows of its results on a terminal.
 *
 * @param header of a table; empty for no table
 * @param rows of the table, with as many cells each
 * @param notes sentences below it
 */
public record Highlights(List<String> header, List<List<String>> rows, List<String> notes) {

  /** Nothing to show. */
  public static final Highlights NONE = new Highlights(List.of(), List.of(), List.of());

  public Highlights {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    notes = List.copyOf(notes);
  }

  /** The same with the notes of others, whose table is left out. */
  Highlights and(Highlights others) {
    return new Highlights(
        header, rows, Stream.concat(notes.stream(), others.notes.stream()).toList());
  }
}
