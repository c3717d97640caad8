package io.sparkattention.text;

import java.util.List;

/** Chooses how sentences are found. */
public final class SentenceSplitters {

  /** Letters that are looked at to tell a text's script. */
  private static final int SAMPLE = 10_000;

  private static final class Holder { // loads the model on first use
    static final SentenceSplitter LATIN = OpenNlpSentenceSplitter.english();
    static final SentenceSplitter ANY = new UnicodeSentenceSplitter();
  }

  private SentenceSplitters() {}

  /**
   * A splitter that looks at each text: {@link OpenNlpSentenceSplitter} where at least half of the
   * first 10,000 letters are Latin, {@link UnicodeSentenceSplitter} elsewhere.
   */
  public static SentenceSplitter byScript() {
    return SentenceSplitters::split;
  }

  private static List<Sentence> split(String text) {
    return (isMostlyLatin(text) ? Holder.LATIN : Holder.ANY).split(text);
  }

  static boolean isMostlyLatin(String text) {
    int letters = 0;
    int latin = 0;
    for (int i = 0; i < text.length() && letters < SAMPLE; ) {
      int codePoint = text.codePointAt(i);
      i += Character.charCount(codePoint);
      if (Character.isLetter(codePoint)) {
        letters++;
        if (Character.UnicodeScript.of(codePoint) == Character.UnicodeScript.LATIN) {
          latin++;
        }
      }
    }
    return latin * 2 >= letters;
  }
}
