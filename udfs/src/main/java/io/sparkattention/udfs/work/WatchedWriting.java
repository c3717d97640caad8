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
  private final int mostWritten;

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
    boolean shared = generator.context().counts() == ContextLength.Counts.PROMPT_AND_NEW;
    int half = generator.context().tokens() / 2;
    this.mostWritten =
        Math.min(statistics.maxWritten(half), shared ? Math.max(1, half) : Integer.MAX_VALUE);
    GenerationConfig asked = generator.config(spec.entries());
    boolean ofNew = asked.limits().maxNewTokens() > 0;
    this.config =
        asked.withMaxNewTokens(
            ofNew ? asked.limits().maxNewTokens() : Math.max(1, Math.min(USUAL, least())));
  }

  private int least() {
    return generator.context().tokens() / 4;
  }

  /** The statistics of texts, in their order. */
  List<Outcome<Extracted>> of(List<TextAndTarget> inputs) {
    List<Tokens> prompts = inputs.stream().map(this::prompt).toList();
    List<PromptTokens> asked = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      if (inputs.get(i).target() == null) {
        asked.add(PromptTokens.whole(prompts.get(i).ids()));
      }
    }
    Iterator<Outcome<Generated>> made = generator.generate(asked, config, spec.policy()).iterator();
    List<Outcome<Writing>> writings = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      TextAndTarget input = inputs.get(i);
      Tokens prompt = prompts.get(i);
      Outcome<WrittenTokens> written =
          input.target() == null
              ? made.next().then(each -> WrittenTokens.of(tokenizer(), each.tokens()))
              : Outcome.of(new WrittenTokens(input.target(), target(input)));
      writings.add(written.then(each -> writing(input, prompt, each)));
    }
    List<Writing> sound =
        writings.stream().filter(each -> !each.failed()).map(Outcome::value).toList();
    Iterator<Extracted> found = statistics.extract(sound).iterator();
    return writings.stream().map(each -> each.then(writing -> found.next())).toList();
  }

  private Tokenizer tokenizer() {
    return generator.tokenizer();
  }

  private Writing writing(TextAndTarget input, Tokens prompt, WrittenTokens written) {
    if (written.tokens().length() == 0) {
      throw new IllegalArgumentException("the model wrote nothing that could be watched");
    }
    TextSpan marked = marks.apply(input.text());
    boolean cut =
        prompt.content().length() < tokenizer().encodeContent(input.text()).length()
            || input.target() != null
                && written.tokens().length() < tokenizer().encodeContent(input.target()).length();
    return new Writing(input.text(), prompt, marked, written.text(), written.tokens(), cut);
  }

  /** As much of a text as leaves room for what is written. */
  private Tokens prompt(TextAndTarget input) {
    int after = input.target() == null ? config.limits().maxNewTokens() : target(input).length();
    int room = generator.context().promptTokens(after) - tokenizer().template().specialTokenCount();
    Tokens content = tokenizer().encodeContent(input.text());
    return tokenizer()
        .template()
        .frame(content.slice(0, Math.max(0, Math.min(room, content.length()))));
  }

  /** As much of a target as the model can write, leaving half of a decoder's room to its text. */
  private Tokens target(TextAndTarget input) {
    Tokens target = tokenizer().encodeContent(input.target());
    return target.slice(0, Math.min(target.length(), mostWritten));
  }
}
