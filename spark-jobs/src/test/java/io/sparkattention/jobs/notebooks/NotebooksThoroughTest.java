package io.sparkattention.jobs.notebooks;

import org.junit.jupiter.api.Tag;

/** The same with every cell of every note of Zeppelin. */
@Tag("thorough")
class NotebooksThoroughTest extends NotebooksTest {

  @Override
  String folder() {
    return "notebooks-thorough";
  }

  @Override
  String notes() {
    return ".*";
  }
}
