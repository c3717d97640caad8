package io.sparkattention.jobs.input;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.struct;

import io.sparkattention.udfs.config.JobOption;
import org.apache.spark.sql.Column;

/**
 * A column that a job needs.
 *
 * @param name what the job calls it
 * @param kind what it holds
 * @param option says what the source calls it; null for a place
 */
record InputColumn(String name, Kind kind, JobOption<String> option) {

  /** What a column holds. */
  enum Kind {
    /** What names a row, in whole or in part. */
    KEY,
    /** The same; a row that cannot be decoded and has none is left out. */
    KEY_WHERE_DECODED,
    /** The same; a row that cannot be decoded and has none is named by path and hash. */
    KEY_OR_BROKEN_ROW,
    /** The same; so are all rows of a source that has no such column, unless it must have one. */
    KEY_OR_ROW,
    /** Text to read; a second column says why it cannot be used. */
    TEXT,
    /** A number, or text that is one; a second column says why it cannot be used. */
    NUMBER,
    /**
     * A place in a ranking: of a source with a column {@code rank} that, or else its {@code score}
     * with its sign turned; null where there is neither, or no number.
     */
    PLACE
  }

  static InputColumn key(String name, JobOption<String> option) {
    return new InputColumn(name, Kind.KEY, option);
  }

  static InputColumn keyWhereDecoded(String name, JobOption<String> option) {
    return new InputColumn(name, Kind.KEY_WHERE_DECODED, option);
  }

  static InputColumn keyOrBrokenRow(String name, JobOption<String> option) {
    return new InputColumn(name, Kind.KEY_OR_BROKEN_ROW, option);
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

  /** A column that sources may lack, and that has no option. */
  static InputColumn place(String name) {
    return new InputColumn(name, Kind.PLACE, null);
  }

  boolean isKey() {
    return kind != Kind.TEXT && kind != Kind.NUMBER && kind != Kind.PLACE;
  }

  /** The column that says why a text or number cannot be used, or null. */
  static String problemOf(String column) {
    return column + "_problem";
  }

  /**
   * Over some rows, {@code text} and {@code problem} of one that has no problem, if there is any.
   *
   * @param text a column of texts, which has one of problems beside it
   */
  static Column sound(String text) {
    Column problem = col(problemOf(text));
    return min(struct(problem.isNotNull(), problem.as("problem"), col(text).as("text")));
  }
}
