package io.sparkattention.udfs.work;

import io.sparkattention.generate.ContextLength;
import io.sparkattention.generate.Generated;
import io.sparkattention.generate.GenerationConfig;
import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.generate.PromptTokens;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.Outcome;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.statistics.TextSpan;
import io.sparkattention.statistics.WritingStatistics;
import io.sparkattention.statistics.WritingStatistics.Writing;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import io.sparkattention.text.WrittenTokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/**
 * Computes statistics of a model that writes: what is to be written is told, or the model writes it
 * first, and is then watched while it writes the same. A text that leaves no room is cut at its
 * end.
 */
final class WatchedWriting {

  /** New tokens where nobody says how many. */
  private static final int USUAL = 64;

  private final TextGenerator generator;
  private final GenerationSpec spec;
  private final GenerationConfig config;
  private final WritingStatistics statistics;
  private final Function<String, TextSpan> marks;
  private final int[] forced; // what each text is begun with, special or not
  private final int mostWritten;

  /** Tokens of an input, no special ones; of its target null where the model writes. */
  private record Encoded(Tokens text, Tokens target) {}

  /**
   * @param marks what each text marks; null where it marks nothing
   * @throws IllegalArgumentException with every entry of the spec that cannot be used
   */
  WatchedWriting(
      TextGenerator generator,
      GenerationSpec spec,
      WritingStatistics statistics,
      Function<String, TextSpan> marks) {
    this.generator = generator;
    this.spec = spec;
    this.statistics = statistics;
    this.marks = marks;
    this.config = config(generator, spec);
    boolean shared = generator.context().counts() == ContextLength.Counts.PROMPT_AND_NEW;
    int first = config.constraints().forcedBos();
    boolean begins = !shared && first >= 0;
    this.forced = begins ? new int[] {first} : new int[0];
    int half = generator.context().tokens() / 2;
    int room = statistics.maxWritten(half) - forced.length;
    this.mostWritten = Math.min(room, shared ? Math.max(1, half) : Integer.MAX_VALUE);
  }

  /**
   * How texts are written.
   *
   * @throws IllegalArgumentException with every entry of the spec that cannot be used, or if what
   *     is written leaves no room for a text
   */
  static GenerationConfig config(TextGenerator generator, GenerationSpec spec) {
    GenerationConfig asked = generator.config(spec.entries());
    int quarter = generator.context().tokens() / 4;
    int most =
        asked.limits().maxNewTokens() > 0
            ? asked.limits().maxNewTokens()
            : Math.max(1, Math.min(USUAL, quarter));
    GenerationConfig config = asked.withMaxNewTokens(most);
    int special = generator.tokenizer().template().specialTokenCount();
    int room = generator.context().promptTokens(most) - special;
    if (room < 1) {
      throw new IllegalArgumentException(
          "%d new tokens and %d special ones leave no room for a text among the %d tokens that the"
                  .formatted(most, special, generator.context().tokens())
              + " model reads: ask for fewer");
    }
    return config;
  }

  /** The statistics of texts, in their order. */
  List<Outcome<Extracted>> of(List<TextAndTarget> inputs) {
    List<Encoded> encoded = inputs.stream().map(this::encoded).toList();
    List<Tokens> prompts = encoded.stream().map(this::prompt).toList();
    List<PromptTokens> asked = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      if (encoded.get(i).target() == null) {
        asked.add(PromptTokens.whole(prompts.get(i).ids()));
      }
    }
    Iterator<Outcome<Generated>> made = generator.generate(asked, config, spec.policy()).iterator();
    List<Outcome<Writing>> writings = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      TextAndTarget input = inputs.get(i);
      Encoded tokens = encoded.get(i);
      Tokens prompt = prompts.get(i);
      Outcome<WrittenTokens> written =
          tokens.target() == null
              ? made.next().then(each -> WrittenTokens.of(tokenizer(), chosen(each.tokens())))
              : Outcome.of(new WrittenTokens(input.target(), written(tokens)));
      writings.add(written.then(each -> writing(input, tokens, prompt, each)));
    }
    List<Writing> sound =
        writings.stream().filter(each -> !each.failed()).map(Outcome::value).toList();
    Iterator<Extracted> found = statistics.extract(sound).iterator();
    return writings.stream().map(each -> each.then(writing -> found.next())).toList();
  }

  /** What the model chose itself: all but what it was made to begin with. */
  private int[] chosen(int[] tokens) {
    boolean begun = forced.length > 0 && tokens.length > 0 && tokens[0] == forced[0];
    return Arrays.copyOfRange(tokens, begun ? 1 : 0, tokens.length);
  }

  private Tokenizer tokenizer() {
    return generator.tokenizer();
  }

  private Encoded encoded(TextAndTarget input) {
    Tokens target = input.target() == null ? null : tokenizer().encodeContent(input.target());
    return new Encoded(tokenizer().encodeContent(input.text()), target);
  }

  private Writing writing(
      TextAndTarget input, Encoded whole, Tokens prompt, WrittenTokens written) {
    if (written.tokens().length() == 0) {
      throw new IllegalArgumentException("the model wrote nothing that could be watched");
    }
    TextSpan marked = marks.apply(input.text());
    boolean cut =
        prompt.content().length() < whole.text().length()
            || whole.target() != null && written.tokens().length() < whole.target().length();
    return new Writing(input.text(), prompt, marked, written.text(), forced, written.tokens(), cut);
  }

  /** As much of a text as leaves room for what is written. */
  private Tokens prompt(Encoded input) {
    int after = input.target() == null ? config.limits().maxNewTokens() : written(input).length();
    int room = generator.context().promptTokens(after) - tokenizer().template().specialTokenCount();
    Tokens content = input.text();
    return tokenizer()
        .template()
        .frame(content.slice(0, Math.max(0, Math.min(room, content.length()))));
  }

  /** As much of a target as the model can write, leaving half of a decoder's room to its text. */
  private Tokens written(Encoded input) {
    return input.target().slice(0, Math.min(input.target().length(), mostWritten));
  }
}
