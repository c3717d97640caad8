package io.sparkattention.jobs.notebooks;

import java.util.List;

/**
 * What came of a notebook.
 *
 * @param server whose cells it has: databricks or zeppelin
 */
record Result(String server, String name, List<RunCell> cells) {

  @Override
  public String toString() {
    return server + "/" + name;
  }
}
