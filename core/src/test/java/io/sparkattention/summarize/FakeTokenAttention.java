package io.sparkattention.summarize;

import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Every word is a token; what it receives follows from the word. A text that contains "#throws"
 * throws; the word "#nan" receives NaN.
 */
final class FakeTokenAttention implements TokenAttention {

  private static final Pattern WORD = Pattern.compile("\\S+");

  final List<Integer> batches = new ArrayList<>();

  @Override
  public List<Received> read(List<String> texts) {
    batches.add(texts.size());
    return texts.stream().map(FakeTokenAttention::read).toList();
  }

  private static Received read(String text) {
    if (text.contains("#throws")) {
      throw new IllegalArgumentException("cannot read this");
    }
    List<MatchResult> words = WORD.matcher(text).results().toList();
    int n = words.size();
    Tokens content = new Tokens(new int[n], new int[n], new int[n], new int[n]);
    double[] received = new double[n];
    for (int i = 0; i < n; i++) {
      MatchResult word = words.get(i);
      content.starts()[i] = text.codePointCount(0, word.start());
      content.ends()[i] = text.codePointCount(0, word.end());
      received[i] =
          word.group().contains("#nan")
              ? Double.NaN
              : 2 * new Random(word.group().hashCode()).nextDouble();
    }
    return new Received(content, received, n + 2, 1);
  }
}
