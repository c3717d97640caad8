package io.sparkattention.summarize;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.TreeMap;

/** A generating model as strategies use it: it writes texts for tasks, within what it can read. */
public final class SummaryWriter {

  /** An entry for summaries that is none of generation: the words that texts stand behind. */
  private static final String PREFIX = "prefix";

  private final TextGenerator generator;
  private final GenerationSpec spec;
  private final GenerationConfig config;
  private final WritingPrompt prompt;
  private final SummaryLength length;
  private final SummaryWatch watch; // null where nobody watches

  /**
   * @param generator must stay open as long as this is used
   * @throws IllegalArgumentException with every entry of the model's {@code generation_config.json}
   *     and of the spec that cannot be used, or why the model cannot have the spec's cache
   */
  public SummaryWriter(TextGenerator generator, GenerationSpec spec) {
    this(generator, spec, Watching.NOTHING);
  }

  /**
   * @param watching what is to be told of its attention
   * @throws IllegalArgumentException as the other, and with every reason why it cannot be watched
   */
  public SummaryWriter(TextGenerator generator, GenerationSpec spec, Watching watching) {
    List<String> reasons = generator.model().unsupportedReasons(spec.policy());
    if (!reasons.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reasons));
    }
    this.generator = generator;
    this.spec = spec;
    // what the model's files say of summaries, as the pipelines of transformers read it
    JsonNode task = generator.configJson().path("task_specific_params").path("summarization");
    this.config = generator.configFor(task, spec.entries());
    boolean source = generator.context().counts() == ContextLength.Counts.SOURCE;
    this.prompt =
        source
            ? SourcePrompt.of(generator.tokenizer(), task.path(PREFIX).asText(""))
            : new InstructionPrompt(generator.model().directory(), generator.tokenizer());
    int decoderPrompt = source ? 1 : prompt.tokens(empty(WritingTask.Kind.SUMMARIZE, 1)).length;
    this.length =
        new SummaryLength(config.limits(), spec.entries(), generator.context(), decoderPrompt);
    this.watch = watching.columns().isEmpty() ? null : new SummaryWatch(generator, spec, watching);
  }

  private static WritingTask empty(WritingTask.Kind kind, int newTokens) {
    return new WritingTask(kind, 0, List.of(), List.of(), "", "", newTokens);
  }

  /** Turns text into the model's tokens. */
  Tokenizer tokenizer() {
    return generator.tokenizer();
  }

  /** How many tokens a text has in a prompt, special ones left out. */
  int count(String text) {
    return tokenizer().encodeContentIds(prompt.clean(text)).length();
  }

  /** The tokens that a text has in a prompt, special ones left out, at their places in the text. */
  Tokens encodeContent(String text) {
    String clean = prompt.clean(text);
    Tokens tokens = tokenizer().encodeContent(clean);
    return clean.equals(text) ? tokens : WidenedText.of(text, clean).inText(tokens);
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
   * How many tokens a summary may have.
   *
   * @throws IllegalArgumentException with every reason why budget, options and model disagree
   */
  int newTokens(Budget budget) {
    return length.of(budget);
  }

  /**
   * Checks that a text may have so few tokens.
   *
   * @throws IllegalArgumentException with every reason why it may not
   */
  void requireLength(int newTokens) {
    length.require(newTokens);
  }

  /**
   * How many tokens of text fit beside the prompt of a task.
   *
   * @param newTokens that the model may write
   * @throws IllegalArgumentException if none do
   */
  int room(WritingTask.Kind kind, int newTokens) {
    int told = prompt.tokens(empty(kind, newTokens)).length;
    int room = generator.context().promptTokens(newTokens) - told;
    if (room < 1) {
      throw new IllegalArgumentException(
          "the model reads %d tokens, which leaves none for a text beside its prompt and %d new"
                  .formatted(generator.context().tokens(), newTokens)
              + " tokens: ask for fewer, or use a model that reads more");
    }
    return room;
  }

  /** Has the model write a text for each task; one that cannot be put to it costs only itself. */
  public List<Outcome<WrittenStep>> write(List<WritingTask> tasks) {
    List<Outcome<PromptTokens>> prompts =
        tasks.stream().map(task -> Outcome.attempt(() -> fitted(task))).toList();
    Map<Integer, List<PromptTokens>> byLength = new TreeMap<>();
    for (int i = 0; i < tasks.size(); i++) {
      if (!prompts.get(i).failed()) {
        byLength
            .computeIfAbsent(tasks.get(i).newTokens(), length -> new ArrayList<>())
            .add(prompts.get(i).value());
      }
    }
    Map<Integer, Iterator<Outcome<Generated>>> made = new TreeMap<>();
    byLength.forEach((length, some) -> made.put(length, generate(some, length).iterator()));
    List<Outcome<WrittenStep>> steps = new ArrayList<>(tasks.size());
    List<SummaryWatch.Answer> answers = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      WritingTask task = tasks.get(i);
      if (prompts.get(i).failed()) {
        steps.add(Outcome.failure(prompts.get(i).error()));
        continue;
      }
      Outcome<Generated> text = made.get(task.newTokens()).next();
      steps.add(text.then(task::done));
      if (watch != null && !text.failed()) {
        int[] ids = prompts.get(i).value().ids();
        answers.add(new SummaryWatch.Answer(ids, prompt.instruction(task, ids), text.value()));
      }
    }
    if (watch == null) {
      return steps;
    }
    Iterator<WatchedStep> seen = watch.of(answers).iterator();
    return steps.stream().map(each -> each.then(step -> step.watchedAs(seen.next()))).toList();
  }

  private List<Outcome<Generated>> generate(List<PromptTokens> prompts, int newTokens) {
    return generator.generate(prompts, config.withMaxNewTokens(newTokens), spec.policy());
  }

  /**
   * The prompt of a task; what is known already, then its text, is cut at the end until it fits.
   */
  PromptTokens fitted(WritingTask task) {
    int most = generator.context().promptTokens(task.newTokens());
    int[] tokens = prompt.tokens(task);
    if (tokens.length <= most) {
      return new PromptTokens(tokens, false);
    }
    WritingTask cut = task.reading(prompt.clean(task.text())).knowing(prompt.clean(task.summary()));
    while (tokens.length > most && !(cut.text() + cut.summary()).isEmpty()) {
      int excess = tokens.length - most;
      cut =
          cut.summary().isEmpty()
              ? cut.reading(shortened(cut.text(), excess))
              : cut.knowing(shortened(cut.summary(), excess));
      tokens = prompt.tokens(cut);
    }
    return new PromptTokens(tokens, true);
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
