package io.sparkattention.summarize;

import io.sparkattention.text.Sentence;
import io.sparkattention.text.SentenceSplitter;
import java.util.List;
import java.util.regex.Pattern;

/** Ends a sentence at each full stop; offsets count code points. */
final class PeriodSplitter implements SentenceSplitter {

  private static final Pattern SENTENCE = Pattern.compile("[^.\\s][^.]*\\.?");

  @Override
  public List<Sentence> split(String text) {
    return SENTENCE
        .matcher(text)
        .results()
        .map(
            match ->
                new Sentence(
                    match.group(),
                    text.codePointCount(0, match.start()),
                    text.codePointCount(0, match.end())))
        .toList();
  }
}
