package io.sparkattention.jobs.notebooks;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * A cell that was run.
 *
 * @param printed what it showed to its reader, as {@link NotebookServer} prints it
 * @param said what the interpreter said: the values that were defined, and what went wrong
 */
record RunCell(Cell cell, boolean succeeded, String printed, String said) {

  /** What its reader sees. */
  @JsonIgnore
  List<Output> outputs() {
    return Output.of(printed);
  }
}
