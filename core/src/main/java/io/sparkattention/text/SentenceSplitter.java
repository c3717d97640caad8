package io.sparkattention.text;

import java.util.List;

/**
 * Finds the sentences of a text. Safe for use by several threads.
 *
 * <p>Sentences stand in order and do not overlap; each is a substring of the text without the white
 * space around it; only white space lies between them. Blank lines always part sentences. A
 * sentence of more than {@link #LONGEST} code points is cut there, at white space if it has any in
 * its last half.
 */
public interface SentenceSplitter {

  /** The most code points of a sentence. */
  int LONGEST = 4096;

  /** The sentences of a text; none if it is empty or all white space. */
  List<Sentence> split(String text);
}
