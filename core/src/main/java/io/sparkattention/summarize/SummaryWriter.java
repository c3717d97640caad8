package io.sparkattention.summarize;

import io.sparkattention.generate.ContextLength;
import io.sparkattention.generate.Generated;
import io.sparkattention.generate.GenerationConfig;
import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.generate.PromptTokens;
import io.sparkattention.generate.TextGenerator;
import io.sparkattention.model.Outcome;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** A generating model as strategies use it: it writes texts for tasks, within what it can read. */
public final class SummaryWriter {

  /** Tokens of a summary where nobody says how long it may be. */
  private static final int USUAL = 256;

  private final TextGenerator generator;
  private final GenerationSpec spec;
  private final GenerationConfig config;
  private final WritingPrompt prompt;

  /**
   * @param generator must stay open as long as this is used
   * @throws IllegalArgumentException with every entry of the model's {@code generation_config.json}
   *     and of the spec that cannot be used, or why the model cannot have the spec's cache
   */
  public SummaryWriter(TextGenerator generator, GenerationSpec spec) {
    List<String> reasons = generator.model().unsupportedReasons(spec.policy());
    if (!reasons.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reasons));
    }
    this.generator = generator;
    this.spec = spec;
    this.config = generator.config(spec.entries());
    this.prompt =
        generator.context().counts() == ContextLength.Counts.SOURCE
            ? SourcePrompt.of(generator.tokenizer(), generator.configJson())
            : new InstructionPrompt(generator.model().directory(), generator.tokenizer());
  }

  /** Turns text into the model's tokens. */
  Tokenizer tokenizer() {
    return generator.tokenizer();
  }

  /** How many tokens a text has, special ones left out. */
  int count(String text) {
    return tokenizer().encodeContentIds(text).length();
  }

  /** What stands between texts that are read together. */
  String separator() {
    return prompt.separator();
  }

  /** What the model is told for tasks of some kinds, as rows carry it. */
  public String prompts(List<WritingTask.Kind> kinds) {
    return prompt.prefix().orElseGet(() -> String.join(",", promptNames(kinds)));
  }

  /** The prompts that the model is told for tasks of some kinds, by name and version. */
  public List<String> promptNames(List<WritingTask.Kind> kinds) {
    return kinds.stream().map(prompt::name).flatMap(Optional::stream).distinct().toList();
  }

  /**
   * How many tokens a summary may have: as the budget says, or the options of generation, or the
   * model; at most a quarter of what a decoder reads where nobody says.
   *
   * @throws IllegalArgumentException if the budget does not count tokens
   */
  int newTokens(Budget budget) {
    OptionalInt asked = budget.newTokens();
    if (asked.isPresent()) {
      return asked.getAsInt();
    }
    GenerationConfig.Limits limits = config.limits();
    if (limits.maxNewTokens() > 0) {
      return limits.maxNewTokens();
    }
    boolean source = generator.context().counts() == ContextLength.Counts.SOURCE;
    return source && limits.maxLength() > 1
        ? limits.maxLength() - 1
        : Math.max(1, Math.min(USUAL, generator.context().tokens() / 4));
  }

  /**
   * How many tokens of text fit beside the prompt of a task.
   *
   * @param newTokens that the model may write
   * @throws IllegalArgumentException if none do
   */
  int room(WritingTask.Kind kind, int newTokens) {
    WritingTask empty = new WritingTask(kind, 0, List.of(), List.of(), "", "", newTokens);
    int room = generator.context().promptTokens(newTokens) - prompt.tokens(empty).length;
    if (room < 1) {
      throw new IllegalArgumentException(
          "the model reads %d tokens, which leaves none for a text beside its prompt and %d new"
                  .formatted(generator.context().tokens(), newTokens)
              + " tokens: ask for fewer, or use a model that reads more");
    }
    return room;
  }

  /** Has the model write a text for each task. */
  public List<Outcome<WrittenStep>> write(List<WritingTask> tasks) {
    Map<Integer, List<WritingTask>> byLength = new TreeMap<>();
    for (WritingTask task : tasks) {
      byLength.computeIfAbsent(task.newTokens(), length -> new ArrayList<>()).add(task);
    }
    Map<Integer, Iterator<Outcome<Generated>>> made = new TreeMap<>();
    byLength.forEach((length, some) -> made.put(length, generate(some, length).iterator()));
    List<Outcome<WrittenStep>> steps = new ArrayList<>(tasks.size());
    for (WritingTask task : tasks) {
      steps.add(made.get(task.newTokens()).next().then(task::done));
    }
    return steps;
  }

  private List<Outcome<Generated>> generate(List<WritingTask> tasks, int newTokens) {
    List<PromptTokens> prompts = tasks.stream().map(this::fitted).toList();
    return generator.generate(prompts, config.withMaxNewTokens(newTokens), spec.policy());
  }

  /**
   * The prompt of a task; what is known already, then its text, is cut at the end until it fits.
   */
  PromptTokens fitted(WritingTask task) {
    int most = generator.context().promptTokens(task.newTokens());
    WritingTask cut = task;
    int[] tokens = prompt.tokens(cut);
    while (tokens.length > most && !(cut.text() + cut.summary()).isEmpty()) {
      int excess = tokens.length - most;
      cut =
          cut.summary().isEmpty()
              ? cut.reading(shortened(cut.text(), excess))
              : cut.knowing(shortened(cut.summary(), excess));
      tokens = prompt.tokens(cut);
    }
    return new PromptTokens(tokens, cut != task);
  }

  /** A text without its last tokens; shorter in any case. */
  private String shortened(String text, int excess) {
    Tokens content = tokenizer().encodeContent(text);
    int kept = content.length() - excess;
    int end = kept < 1 ? 0 : content.ends()[kept - 1];
    String shorter = text.substring(0, text.offsetByCodePoints(0, end));
    return shorter.length() < text.length()
        ? shorter
        : text.substring(0, text.offsetByCodePoints(text.length(), -1));
  }
}
