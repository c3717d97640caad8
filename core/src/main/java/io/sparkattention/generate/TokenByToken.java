package io.sparkattention.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.model.decoder.Continuation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Continues each prompt by one token after the other, the best or a drawn one. Rows leave as their
 * texts end, and waiting prompts take their places.
 */
final class TokenByToken {

  private final Continuation rows;
  private final List<int[]> prompts;
  private final TokenChooser chooser;
  private final Endings endings;
  private final NDManager owner;
  private final Generated[] results;
  private final List<Row> running = new ArrayList<>();
  private int begun;

  /** What a row is doing. */
  private record Row(int prompt, RunningText text, int maxLength) {}

  /**
   * @param owner forward passes open their scopes below it
   */
  TokenByToken(
      NDManager owner,
      Continuation rows,
      List<int[]> prompts,
      TokenChooser chooser,
      Endings endings) {
    this.owner = owner;
    this.rows = rows;
    this.prompts = prompts;
    this.chooser = chooser;
    this.endings = endings;
    this.results = new Generated[prompts.size()];
  }

  /** What was said after each prompt. */
  List<Generated> run() {
    for (int row = 0; row < rows.rows(); row++) {
      running.add(null);
    }
    begin();
    while (!running.isEmpty()) {
      step();
      begin();
    }
    return List.of(results);
  }

  /** Begins waiting prompts in free rows, and gives up the rows that stay free. */
  private void begin() {
    List<Integer> free = free();
    while (!free.isEmpty() && begun < prompts.size()) {
      int count = Math.min(free.size(), prompts.size() - begun);
      int[] taken = free.stream().limit(count).mapToInt(Integer::intValue).toArray();
      List<int[]> next = prompts.subList(begun, begun + count);
      for (int i = 0; i < count; i++) {
        running.set(taken[i], row(begun + i));
      }
      begun += count;
      try (NDManager scope = owner.newSubManager()) {
        extend(scope, taken, rows.begin(scope, taken, next));
      }
      free = free();
    }
    if (!free.isEmpty()) {
      int[] kept =
          IntStream.range(0, running.size()).filter(row -> running.get(row) != null).toArray();
      running.removeIf(row -> row == null);
      if (kept.length > 0) {
        rows.select(kept);
      }
    }
  }

  private Row row(int prompt) {
    int[] ids = prompts.get(prompt);
    return new Row(
        prompt, new RunningText(rows.decoderPrompt(ids), chooser.key(ids)), rows.maxLength(ids));
  }

  private List<Integer> free() {
    return IntStream.range(0, running.size())
        .filter(row -> running.get(row) == null)
        .boxed()
        .toList();
  }

  private void step() {
    int[] all = IntStream.range(0, running.size()).toArray();
    int[] last = running.stream().mapToInt(row -> row.text().last()).toArray();
    try (NDManager scope = owner.newSubManager()) {
      extend(scope, all, rows.next(scope, last));
    }
  }

  private void extend(NDManager scope, int[] extended, NDArray logits) {
    List<RunningText> texts = new ArrayList<>();
    for (int row : extended) {
      texts.add(running.get(row).text());
    }
    chooser.extend(scope, logits, texts);
    for (int row : extended) {
      Row each = running.get(row);
      Optional<FinishReason> reason = endings.of(each.text(), each.maxLength());
      if (reason.isPresent()) {
        results[each.prompt()] = each.text().generated(reason.get());
        running.set(row, null);
      }
    }
  }
}
