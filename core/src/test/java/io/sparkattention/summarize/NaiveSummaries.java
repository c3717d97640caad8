package io.sparkattention.summarize;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sparkattention.generate.GenerationConfig;
import io.sparkattention.generate.GenerationSpec;
import io.sparkattention.generate.Generator;
import io.sparkattention.model.decoder.GenerativeModel;
import io.sparkattention.prompt.Prompts;
import io.sparkattention.text.Sentence;
import io.sparkattention.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The strategies as one would write them down: text by text, with plain calls of the model. */
final class NaiveSummaries {

  private static final int SHORT = WrittenSummaries.NEW_TOKENS;

  private final GenerativeModel model;
  private final Tokenizer tokenizer;
  private final boolean told;
  private final int reads;

  NaiveSummaries(WrittenSummaries tiny) {
    model = tiny.generator.model();
    tokenizer = model.tokenizer();
    told = tiny.generator.spec().location().equals("llama");
    reads = tiny.generator.context().tokens();
  }

  /** What the model says about a text that is cut until it fits. */
  String onePass(String text) {
    int[] ids = tokenizer.encodeContent(text).ids();
    int length = ids.length;
    String cut = text;
    while (prompt("summarize/v1", "text", cut, "", SHORT).length > room(SHORT)) {
      length--;
      int end = tokenizer.encodeContent(text).ends()[length - 1];
      cut = text.substring(0, text.offsetByCodePoints(0, end));
    }
    return say(prompt("summarize/v1", "text", cut, "", SHORT), SHORT);
  }

  /** All texts of a tree of summaries. */
  List<String> merged(String text, int chunkTokens) {
    int most = chunkTokens > 0 ? chunkTokens : reads - 1;
    List<String> all = new ArrayList<>();
    for (String chunk : chunks(text, most)) {
      all.add(say(prompt("summarize/v1", "text", chunk, "", SHORT), SHORT));
    }
    List<String> level = List.copyOf(all);
    while (level.size() > 1) {
      List<String> next = new ArrayList<>();
      int from = 0;
      while (from < level.size()) {
        int to = Math.min(level.size(), from + 2);
        while (to < level.size() && fits(level.subList(from, to + 1))) {
          to++;
        }
        if (to - from > 1) {
          all.add(
              say(
                  prompt(
                      "merge-summaries/v1", "summaries", join(level.subList(from, to)), "", SHORT),
                  SHORT));
          next.add(all.get(all.size() - 1));
        } else {
          next.add(level.get(from));
        }
        from = to;
      }
      level = next;
    }
    return all;
  }

  private boolean fits(List<String> texts) {
    int between = tokenizer.encodeContent(told ? "\n\n" : " ").length();
    int sum = texts.stream().mapToInt(each -> tokenizer.encodeContent(each).length()).sum();
    int empty = prompt("merge-summaries/v1", "summaries", "", "", SHORT).length;
    return sum + between * (texts.size() - 1) <= room(SHORT) - empty;
  }

  /** All texts of a running summary. */
  List<String> updated(String text, int chunkTokens) {
    List<String> all = new ArrayList<>();
    String running = "";
    for (String chunk : chunks(text, chunkTokens)) {
      String name = all.isEmpty() ? "summarize/v1" : "update-summary/v1";
      while (prompt(name, "text", chunk, running, 2 * SHORT).length > room(2 * SHORT)) {
        running = running.substring(0, running.offsetByCodePoints(running.length(), -1));
      }
      int[] said = tokens(prompt(name, "text", chunk, running, 2 * SHORT), 2 * SHORT);
      running = tokenizer.decode(said).strip();
      all.add(running);
      if (said.length > SHORT) {
        running = say(prompt("summarize/v1", "text", running, "", SHORT), SHORT);
        all.add(running);
      }
    }
    return all;
  }

  private List<String> chunks(String text, int most) {
    List<String> chunks = new ArrayList<>();
    List<Sentence> sentences = new PeriodSplitter().split(text);
    int from = 0;
    while (from < sentences.size()) {
      int to = from + 1;
      while (to < sentences.size()
          && tokenizer.encodeContent(part(text, sentences, from, to + 1)).length() <= most) {
        to++;
      }
      chunks.add(part(text, sentences, from, to));
      from = to;
    }
    return chunks;
  }

  private static String part(String text, List<Sentence> sentences, int from, int to) {
    return text.substring(
        text.offsetByCodePoints(0, sentences.get(from).start()),
        text.offsetByCodePoints(0, sentences.get(to - 1).end()));
  }

  private String join(List<String> texts) {
    return String.join(told ? "\n\n" : " ", texts);
  }

  private int room(int newTokens) {
    return told ? reads - newTokens : reads;
  }

  private int[] prompt(String name, String of, String text, String summary, int newTokens) {
    String whole = summary.isEmpty() ? text : summary + " " + text;
    if (told) {
      String words = String.valueOf((int) (newTokens * 0.7));
      whole = Prompts.load(name).text(Map.of(of, text, "summary", summary, "words", words));
    }
    return tokenizer.encode(whole).ids();
  }

  private String say(int[] prompt, int newTokens) {
    return tokenizer.decode(tokens(prompt, newTokens)).strip();
  }

  private int[] tokens(int[] prompt, int newTokens) {
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("max_new_tokens", newTokens).put("eos_token_id", 2);
    GenerationConfig config = GenerationConfig.read(model.directory(), settings);
    Generator generator = new Generator(model, config, GenerationSpec.DEFAULT.policy(), 1);
    return generator.generate(Arrays.asList(new int[][] {prompt})).get(0).tokens();
  }
}
