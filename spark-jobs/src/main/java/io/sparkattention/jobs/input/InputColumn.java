package io.sparkattention.jobs.input;

import io.sparkattention.udfs.config.JobOption;

/**
 * A column that a job needs.
 *
 * @param name what the job calls it
 * @param kind what it holds
 * @param option says what the source calls it
 */
record InputColumn(String name, Kind kind, JobOption<String> option) {

  /** What a column holds. */
  enum Kind {
    /** What names a row, in whole or in part. */
    KEY,
    /** The same; where the source has no such column, path and hash of a row name it. */
    KEY_OR_ROW,
    /** Text to read; a second column says why it cannot be used. */
    TEXT,
    /** A number, or text that is one; a second column says why it cannot be used. */
    NUMBER
  }

  static InputColumn key(String name, JobOption<String> option) {
    return new InputColumn(name, Kind.KEY, option);
  }

  static InputColumn keyOrRow(String name, JobOption<String> option) {
    return new InputColumn(name, Kind.KEY_OR_ROW, option);
  }

  static InputColumn text(String name, JobOption<String> option) {
    return new InputColumn(name, Kind.TEXT, option);
  }

  static InputColumn number(String name, JobOption<String> option) {
    return new InputColumn(name, Kind.NUMBER, option);
  }

  boolean isKey() {
    return kind == Kind.KEY || kind == Kind.KEY_OR_ROW;
  }

  /** The column that says why a text or number cannot be used, or null. */
  static String problemOf(String column) {
    return column + "_problem";
  }
}
