package io.sparkattention.rerank;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.generate.FinishReason;
import io.sparkattention.generate.Generated;
import io.sparkattention.model.Outcome;
import io.sparkattention.prompt.PromptWriter;
import io.sparkattention.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes what a script makes of a prompt, and keeps in mind what it was given. Its tokens are
 * bytes, some words, and the words yes and no. A prompt with "poison" fails, one with "nan" gets
 * NaN.
 */
final class FakeInstructedModel implements InstructedModel {

  static final Tokenizer TOKENIZER = tokenizer();

  private static final Pattern LINE = Pattern.compile("(?m)^\\[(\\d+)] (.*)$");

  /** Prompts as text, one list a call. */
  final List<List<String>> written = new ArrayList<>();

  final List<List<String>> judged = new ArrayList<>();
  final List<Integer> newTokens = new ArrayList<>();

  private final PromptWriter writer = new PromptWriter(TOKENIZER, Optional.empty());
  private final int context;
  private final Function<String, String> script;

  /** Orders passages by what their words come to. */
  FakeInstructedModel() {
    this(1 << 20, byHash());
  }

  /**
   * @param context how many tokens it reads and writes
   * @param script what it writes after a prompt
   */
  FakeInstructedModel(int context, Function<String, String> script) {
    this.context = context;
    this.script = script;
  }

  private static Function<String, String> byHash() {
    return ordering(Comparator.comparingInt(text -> new Random(text.hashCode()).nextInt()));
  }

  /** A script that orders the passages of a prompt. */
  static Function<String, String> ordering(Comparator<String> order) {
    return prompt -> {
      List<String> passages = passages(prompt);
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < passages.size(); i++) {
        places.add(i);
      }
      places.sort(Comparator.comparing(passages::get, order));
      return places.stream().map(i -> "[" + (i + 1) + "]").collect(Collectors.joining(" > "));
    };
  }

  /** The passages that a prompt shows, in their order. */
  static List<String> passages(String prompt) {
    return LINE.matcher(prompt).results().map((MatchResult line) -> line.group(2)).toList();
  }

  @Override
  public PromptWriter writer() {
    return writer;
  }

  @Override
  public int promptTokens(int newTokens) {
    return context - newTokens;
  }

  @Override
  public List<Outcome<Generated>> write(List<int[]> prompts, int most) {
    newTokens.add(most);
    List<String> texts = prompts.stream().map(TOKENIZER::decode).toList();
    written.add(texts);
    return texts.stream().map(text -> written(text, most)).toList();
  }

  private Outcome<Generated> written(String prompt, int most) {
    if (prompt.contains("poison")) {
      return Outcome.failure("cannot read it");
    }
    String text = script.apply(prompt);
    int[] ids = TOKENIZER.encodeContent(text).ids();
    boolean cut = ids.length > most;
    int[] said = Arrays.copyOf(ids, Math.min(most, ids.length));
    double likely = prompt.contains("nan") ? Double.NaN : -0.5;
    FinishReason reason = cut ? FinishReason.LENGTH : FinishReason.END;
    return Outcome.of(new Generated(TOKENIZER.decode(said), said, 0, false, reason, likely));
  }

  @Override
  public List<Outcome<double[]>> next(List<int[]> prompts, int[] asked) {
    List<String> texts = prompts.stream().map(TOKENIZER::decode).toList();
    judged.add(texts);
    return texts.stream().map(text -> told(text, asked)).toList();
  }

  private static Outcome<double[]> told(String prompt, int[] asked) {
    if (prompt.contains("poison")) {
      return Outcome.failure("cannot read it");
    }
    double[] told = new double[asked.length];
    for (int i = 0; i < told.length; i++) {
      Random random = new Random(31L * prompt.hashCode() + asked[i]);
      told[i] = prompt.contains("nan") ? Double.NaN : -5 * random.nextDouble();
    }
    return Outcome.of(told);
  }

  private static Tokenizer tokenizer() {
    try {
      ObjectMapper json = new ObjectMapper();
      Path golden = Path.of("src/test/resources/golden-generation/qwen2/tokenizer.json");
      ObjectNode file = (ObjectNode) json.readTree(golden.toFile());
      ObjectNode vocabulary = (ObjectNode) file.path("model").path("vocab");
      ArrayNode merges = (ArrayNode) file.path("model").path("merges");
      for (String[] parts :
          new String[][] {{"y", "es"}, {"Y", "es"}, {"n", "o"}, {"N", "o"}, {"Ġ", "no"}}) {
        vocabulary.put(parts[0] + parts[1], vocabulary.size());
        merges.insertArray(0).add(parts[0]).add(parts[1]);
      }
      merges.insertArray(0).add("e").add("s");
      Path made = Files.createTempFile("words", ".json");
      try {
        json.writeValue(made.toFile(), file);
        return Tokenizer.open(made);
      } finally {
        Files.delete(made);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
