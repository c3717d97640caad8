package io.sparkattention.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Chooses how sentences are found. */
public final class SentenceSplitters {

  private static final String AUTO = "auto";
  private static final String UNICODE = "unicode";
  private static final String ENGLISH = "eng";

  /** Letters that are looked at to tell a text's script. */
  private static final int SAMPLE = 10_000;

  private static final SentenceSplitter ANY = new UnicodeSentenceSplitter();
  private static final Map<String, SentenceSplitter> LOADED = new ConcurrentHashMap<>();

  private SentenceSplitters() {}

  /**
   * A splitter that looks at each text: where at least half of its first 10,000 letters are Latin,
   * {@link OpenNlpSentenceSplitter} with the model of its language, or that of English where the
   * text is too short to tell; {@link UnicodeSentenceSplitter} for all other languages and scripts.
   */
  public static SentenceSplitter byLanguage() {
    return text -> chosen(text).split(text);
  }

  /**
   * A splitter by name.
   *
   * @param name {@code auto} for {@link #byLanguage}, {@code unicode}, or a language that there is
   *     a model of, such as {@code deu}
   * @throws IllegalArgumentException if there is none of that name
   */
  public static SentenceSplitter named(String name) {
    if (!names().contains(name)) {
      throw new IllegalArgumentException(
          "no way to find sentences is named '"
              + name
              + "': use one of "
              + String.join(", ", names()));
    }
    return switch (name) {
      case AUTO -> byLanguage();
      case UNICODE -> ANY;
      default -> ofLanguage(name);
    };
  }

  /** The names that {@link #named} knows, sorted. */
  public static List<String> names() {
    List<String> names = new ArrayList<>(OpenNlpSentenceSplitter.languages());
    names.add(AUTO);
    names.add(UNICODE);
    return names.stream().sorted().toList();
  }

  private static SentenceSplitter chosen(String text) {
    if (!isMostlyLatin(text)) {
      return ANY;
    }
    String language = Languages.of(text).orElse(ENGLISH);
    return OpenNlpSentenceSplitter.languages().contains(language) ? ofLanguage(language) : ANY;
  }

  private static SentenceSplitter ofLanguage(String language) {
    return LOADED.computeIfAbsent(language, OpenNlpSentenceSplitter::of);
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
