package io.sparkattention.rerank;

import io.sparkattention.prompt.CutText;
import io.sparkattention.prompt.Prompt;
import io.sparkattention.prompt.PromptText;
import io.sparkattention.prompt.PromptWriter;
import io.sparkattention.rerank.RerankQuery.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the prompt of one window. Every passage gets a line with its number; numbers in brackets
 * that a passage has itself get parentheses, and its line breaks become blanks. Where all passages
 * are too long together, the longest are cut, to a length that they then share.
 */
final class ListwisePrompt {

  private static final Pattern NUMBER = Pattern.compile("\\[(\\s*\\d+\\s*)\\]");
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  private final Prompt prompt;
  private final PromptText line;
  private final PromptWriter writer;
  private final int passageTokens;

  /**
   * The prompt of a window.
   *
   * @param passages what is read of each passage, in their order
   */
  record Window(int[] ids, List<CutText> passages) {}

  /**
   * @param passageTokens the most tokens of a passage
   */
  ListwisePrompt(Prompt prompt, PromptWriter writer, int passageTokens) {
    this.prompt = prompt;
    this.line = prompt.part("passage");
    this.writer = writer;
    this.passageTokens = passageTokens;
  }

  /** Tokens of the longest answer that orders so many passages, with some to spare. */
  int answerTokens(int count) {
    String answer =
        IntStream.rangeClosed(1, count)
            .mapToObj(number -> "[" + (count + 1 - number) + "]")
            .collect(Collectors.joining(" > "));
    return writer.tokenizer().encodeContentIds(answer).ids().length + 8;
  }

  /**
   * Writes a prompt that fits.
   *
   * @param maxTokens how many tokens it may have
   * @throws IllegalArgumentException if it has more even without passages
   */
  Window write(String query, List<Candidate> passages, int maxTokens) {
    List<String> texts = passages.stream().map(each -> oneLine(each.text())).toList();
    List<CutText> read = cut(texts, passageTokens);
    int[] ids = ids(query, read);
    int shared = read.stream().mapToInt(CutText::tokens).max().orElse(0);
    while (ids.length > maxTokens) {
      if (shared == 0) {
        throw new IllegalArgumentException(
            ("prompt %s has %d tokens for %d passages without their texts, but there is room for"
                    + " %d: order fewer at a time, by window, or shorten the query")
                .formatted(prompt, ids.length, passages.size(), maxTokens));
      }
      shared = shared(read, ids.length - maxTokens);
      read = cut(texts, shared);
      ids = ids(query, read);
    }
    return new Window(ids, read);
  }

  private static String oneLine(String text) {
    String line = BLANKS.matcher(text.strip()).replaceAll(" ");
    return NUMBER.matcher(line).replaceAll("($1)");
  }

  private List<CutText> cut(List<String> texts, int tokens) {
    return texts.stream().map(text -> writer.cut(text, tokens)).toList();
  }

  /** The greatest length of passages that saves so many tokens; 0 if none does. */
  private static int shared(List<CutText> read, int saved) {
    int longest = read.stream().mapToInt(CutText::tokens).max().orElse(0);
    for (int shared = longest - 1; shared > 0; shared--) {
      int at = shared;
      if (read.stream().mapToInt(each -> Math.max(0, each.tokens() - at)).sum() >= saved) {
        return shared;
      }
    }
    return 0;
  }

  private int[] ids(String query, List<CutText> passages) {
    List<String> lines = new ArrayList<>();
    for (CutText passage : passages) {
      String number = Integer.toString(lines.size() + 1);
      lines.add(line.fill(Map.of("number", number, "passage", passage.text())));
    }
    return writer.tokens(
        prompt,
        Map.of(
            "query", query,
            "count", Integer.toString(passages.size()),
            "passages", String.join("\n", lines)));
  }
}
