package io.sparkattention.text;

import java.text.BreakIterator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds sentences in any script, by the rules of Unicode's text segmentation (UAX #29) as Java has
 * them, and behind the full stops of scripts that those rules do not cover.
 */
public final class UnicodeSentenceSplitter implements SentenceSplitter {

  /**
   * What ends a sentence even with no space behind it: the stops of Chinese and Japanese (。！？｡),
   * Arabic and Urdu (؟ ۔), Devanagari (। ॥), Armenian (։), Ethiopic (። ፧), Burmese (။) and Khmer
   * (។), with the closing quotes and brackets behind them.
   */
  private static final Pattern TERMINATOR =
      Pattern.compile(
          "[\\u3002\\uFF01\\uFF1F\\uFF61\\u061F\\u06D4\\u0964\\u0965\\u0589\\u1362\\u1367\\u104B\\u17D4]+"
              + "[\\p{Pe}\\p{Pf}\"']*\\s*");

  /**
   * Georgian letters. They have no capitals in running text, and Java takes them for small letters,
   * which begin no sentence; UAX #29 does not.
   */
  private static final Pattern GEORGIAN = Pattern.compile("[\\p{IsGeorgian}&&\\p{L}]");

  /** A letter without case (alef), as long as a Georgian one. */
  private static final String CASELESS = "\u05D0";

  @Override
  public List<Sentence> split(String text) {
    return SentenceScan.split(text, UnicodeSentenceSplitter::starts);
  }

  /** Where sentences start in a part of a text, except the first. */
  static List<Integer> starts(String part) {
    TreeSet<Integer> starts = new TreeSet<>();
    BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
    sentences.setText(GEORGIAN.matcher(part).replaceAll(CASELESS));
    for (int i = sentences.first(); i != BreakIterator.DONE; i = sentences.next()) {
      starts.add(i);
    }
    Matcher terminator = TERMINATOR.matcher(part);
    while (terminator.find()) {
      starts.add(terminator.end());
    }
    starts.remove(0);
    starts.remove(part.length());
    return List.copyOf(starts);
  }
}
