package io.sparkattention.evaluate;

import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Porter's stemmer with the changes that NLTK made to it, which is the one that rouge-score uses
 * (Porter, Program 14, 1980; NLTK's mode {@code NLTK_EXTENSIONS}).
 *
 * <p>Lucene and OpenNLP have the stemmer without these changes: they part in words such as enjoy,
 * fly, dies and skies, so ROUGE would differ.
 */
final class PorterStemmer {

  /** A suffix, what replaces it, and what must hold of what stands before it. */
  private record Rule(String suffix, String replacement, Predicate<String> condition) {}

  private static final Predicate<String> ANY = stem -> true;
  private static final Predicate<String> ONE = stem -> measure(stem) > 0;
  private static final Predicate<String> TWO = stem -> measure(stem) > 1;

  /** Words that the rules would spoil. */
  private static final Map<String, String> IRREGULAR =
      Map.ofEntries(
          Map.entry("sky", "sky"),
          Map.entry("skies", "sky"),
          Map.entry("dying", "die"),
          Map.entry("lying", "lie"),
          Map.entry("tying", "tie"),
          Map.entry("news", "news"),
          Map.entry("innings", "inning"),
          Map.entry("inning", "inning"),
          Map.entry("outings", "outing"),
          Map.entry("outing", "outing"),
          Map.entry("cannings", "canning"),
          Map.entry("canning", "canning"),
          Map.entry("howe", "howe"),
          Map.entry("proceed", "proceed"),
          Map.entry("exceed", "exceed"),
          Map.entry("succeed", "succeed"));

  private static final Rule[] PLURALS = {
    new Rule("sses", "ss", ANY),
    new Rule("ies", "i", ANY),
    new Rule("ss", "ss", ANY),
    new Rule("s", "", ANY)
  };

  private static final Rule[] DOUBLE_SUFFIXES = {
    new Rule("ational", "ate", ONE),
    new Rule("tional", "tion", ONE),
    new Rule("enci", "ence", ONE),
    new Rule("anci", "ance", ONE),
    new Rule("izer", "ize", ONE),
    new Rule("bli", "ble", ONE),
    new Rule("alli", "al", ONE),
    new Rule("entli", "ent", ONE),
    new Rule("eli", "e", ONE),
    new Rule("ousli", "ous", ONE),
    new Rule("ization", "ize", ONE),
    new Rule("ation", "ate", ONE),
    new Rule("ator", "ate", ONE),
    new Rule("alism", "al", ONE),
    new Rule("iveness", "ive", ONE),
    new Rule("fulness", "ful", ONE),
    new Rule("ousness", "ous", ONE),
    new Rule("aliti", "al", ONE),
    new Rule("iviti", "ive", ONE),
    new Rule("biliti", "ble", ONE),
    new Rule("fulli", "ful", ONE),
    new Rule("logi", "log", stem -> measure(stem + "l") > 0)
  };

  private static final Rule[] DERIVATIONS = {
    new Rule("icate", "ic", ONE),
    new Rule("ative", "", ONE),
    new Rule("alize", "al", ONE),
    new Rule("iciti", "ic", ONE),
    new Rule("ical", "ic", ONE),
    new Rule("ful", "", ONE),
    new Rule("ness", "", ONE)
  };

  private static final Rule[] ENDINGS = {
    new Rule("al", "", TWO),
    new Rule("ance", "", TWO),
    new Rule("ence", "", TWO),
    new Rule("er", "", TWO),
    new Rule("ic", "", TWO),
    new Rule("able", "", TWO),
    new Rule("ible", "", TWO),
    new Rule("ant", "", TWO),
    new Rule("ement", "", TWO),
    new Rule("ment", "", TWO),
    new Rule("ent", "", TWO),
    new Rule("ion", "", TWO.and(stem -> stem.endsWith("s") || stem.endsWith("t"))),
    new Rule("ou", "", TWO),
    new Rule("ism", "", TWO),
    new Rule("ate", "", TWO),
    new Rule("iti", "", TWO),
    new Rule("ous", "", TWO),
    new Rule("ive", "", TWO),
    new Rule("ize", "", TWO)
  };

  private static final Set<String> TAKE_AN_E = Set.of("at", "bl", "iz");

  private PorterStemmer() {}

  /** The stem of a word in lower case. */
  static String stem(String word) {
    String irregular = IRREGULAR.get(word);
    if (irregular != null) {
      return irregular;
    }
    if (word.length() <= 2) {
      return word;
    }
    String stem = finalY(pastAndGerund(plural(word)));
    stem = doubleSuffix(stem);
    stem = apply(DERIVATIONS, stem);
    stem = apply(ENDINGS, stem);
    return doubleL(finalE(stem));
  }

  private static String plural(String word) {
    return word.length() == 4 && word.endsWith("ies") ? cut(word, 1) : apply(PLURALS, word);
  }

  private static String pastAndGerund(String word) {
    if (word.endsWith("ied")) {
      return cut(word, word.length() == 4 ? 1 : 2);
    }
    if (word.endsWith("eed")) {
      return ONE.test(cut(word, 3)) ? cut(word, 1) : word;
    }
    if (word.endsWith("ed") && hasVowel(cut(word, 2))) {
      return restored(cut(word, 2));
    }
    if (word.endsWith("ing") && hasVowel(cut(word, 3))) {
      return restored(cut(word, 3));
    }
    return word;
  }

  /** Gives back the e of hoping, and takes the double consonant of hopping. */
  private static String restored(String stem) {
    int length = stem.length();
    if (length >= 2 && TAKE_AN_E.contains(stem.substring(length - 2))) {
      return stem + "e";
    }
    if (endsWithDoubleConsonant(stem)) {
      return "lsz".indexOf(stem.charAt(length - 1)) < 0 ? cut(stem, 1) : stem;
    }
    return measure(stem) == 1 && endsShort(stem) ? stem + "e" : stem;
  }

  private static String finalY(String word) {
    boolean follows = word.length() > 2 && isConsonant(word, word.length() - 2);
    return word.endsWith("y") && follows ? cut(word, 1) + "i" : word;
  }

  private static String doubleSuffix(String word) {
    return word.endsWith("alli") && ONE.test(cut(word, 4))
        ? doubleSuffix(cut(word, 2))
        : apply(DOUBLE_SUFFIXES, word);
  }

  private static String finalE(String word) {
    if (!word.endsWith("e")) {
      return word;
    }
    String stem = cut(word, 1);
    int measure = measure(stem);
    return measure > 1 || (measure == 1 && !endsShort(stem)) ? stem : word;
  }

  private static String doubleL(String word) {
    return word.endsWith("ll") && TWO.test(cut(word, 1)) ? cut(word, 1) : word;
  }

  /**
   * Applies the first rule whose suffix the word has, if its condition holds; no other is tried.
   */
  private static String apply(Rule[] rules, String word) {
    for (Rule rule : rules) {
      if (word.endsWith(rule.suffix())) {
        String stem = cut(word, rule.suffix().length());
        return rule.condition().test(stem) ? stem + rule.replacement() : word;
      }
    }
    return word;
  }

  private static String cut(String word, int characters) {
    return word.substring(0, word.length() - characters);
  }

  /** How often a vowel is followed by a consonant: Porter's m. */
  private static int measure(String stem) {
    int changes = 0;
    for (int i = 1; i < stem.length(); i++) {
      changes += !isConsonant(stem, i - 1) && isConsonant(stem, i) ? 1 : 0;
    }
    return changes;
  }

  /** A y is a consonant at the start and after a vowel. */
  private static boolean isConsonant(String word, int at) {
    char c = word.charAt(at);
    return c == 'y' ? at == 0 || !isConsonant(word, at - 1) : "aeiou".indexOf(c) < 0;
  }

  private static boolean hasVowel(String stem) {
    for (int i = 0; i < stem.length(); i++) {
      if (!isConsonant(stem, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean endsWithDoubleConsonant(String word) {
    int last = word.length() - 1;
    return last >= 1 && word.charAt(last) == word.charAt(last - 1) && isConsonant(word, last);
  }

  /** Ends in consonant, vowel, consonant (not w, x, y), or is a vowel and a consonant. */
  private static boolean endsShort(String word) {
    int last = word.length() - 1;
    if (last == 1) {
      return !isConsonant(word, 0) && isConsonant(word, 1);
    }
    return last >= 2
        && isConsonant(word, last - 2)
        && !isConsonant(word, last - 1)
        && isConsonant(word, last)
        && "wxy".indexOf(word.charAt(last)) < 0;
  }
}
