package io.sparkattention.jobs.notebooks;

/**
 * A cell of a notebook; Zeppelin calls it a paragraph.
 *
 * @param text without what marks its language
 */
record Cell(Language language, String text) {

  /** What a cell is written in. */
  enum Language {
    MARKDOWN,
    SCALA,
    SQL,
    /** Properties of the interpreter, as Zeppelin has them. */
    CONFIGURATION
  }
}
