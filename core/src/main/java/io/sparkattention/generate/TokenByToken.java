package io.sparkattention.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.generate.Generation.Waiting;
import io.sparkattention.model.InferenceListener;
import io.sparkattention.model.decoder.Continuation;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Continues each prompt by one token after the other, the best or a drawn one. Rows leave as their
 * texts end, and waiting prompts take their places.
 */
final class TokenByToken implements AutoCloseable {

  /** Says whether rows have room for one more prompt. */
  @FunctionalInterface
  interface Room {
    boolean holds(int[] prompt, int rows);
  }

  private final Continuation rows;
  private final TokenChooser chooser;
  private final Endings endings;
  private final Room room;
  private final InferenceListener listener;
  private final NDManager owner;
  private final List<Row> running = new ArrayList<>();
  private long spared; // tokens, as the listener was told

  /** What a row is doing. */
  private record Row(Waiting prompt, RunningText text, int maxLength) {}

  /**
   * @param owner forward passes open their scopes below it
   * @param rows closed with this
   * @param listener is told what is read
   */
  TokenByToken(
      NDManager owner,
      Continuation rows,
      TokenChooser chooser,
      Endings endings,
      Room room,
      InferenceListener listener) {
    this.owner = owner;
    this.rows = rows;
    this.chooser = chooser;
    this.endings = endings;
    this.room = room;
    this.listener = listener;
    for (int row = 0; row < rows.rows(); row++) {
      running.add(null);
    }
  }

  /** The prompts that have begun and not ended, in their order. */
  List<Waiting> begun() {
    return running.stream()
        .filter(Objects::nonNull)
        .map(Row::prompt)
        .sorted(Comparator.comparingLong(Waiting::number))
        .toList();
  }

  /** Whether no row is running. */
  boolean isIdle() {
    return running.stream().allMatch(Objects::isNull);
  }

  /**
   * Lets the running rows say one more token, after waiting prompts have begun in free rows.
   *
   * @param waiting those that begin are taken
   * @param ended told of each text that is complete
   */
  void advance(Deque<Waiting> waiting, BiConsumer<Waiting, Said> ended) {
    begin(waiting, ended);
    if (!running.isEmpty()) {
      step(ended);
    }
  }

  /** Begins waiting prompts in free rows, and gives up the rows that stay free. */
  private void begin(Deque<Waiting> waiting, BiConsumer<Waiting, Said> ended) {
    List<Integer> free = free();
    while (!free.isEmpty() && isNextHeld(waiting)) {
      List<Integer> taken = new ArrayList<>();
      while (taken.size() < free.size() && isNextHeld(waiting)) {
        int row = free.get(taken.size());
        Waiting next = waiting.remove();
        int[] ids = next.ids();
        RunningText text = new RunningText(rows.decoderPrompt(ids), chooser.key(ids));
        running.set(row, new Row(next, text, rows.maxLength(ids)));
        taken.add(row);
      }
      int[] begun = taken.stream().mapToInt(Integer::intValue).toArray();
      List<int[]> prompts = taken.stream().map(row -> running.get(row).prompt().ids()).toList();
      try (NDManager scope = owner.newSubManager()) {
        NDArray logits = rows.begin(scope, begun, prompts); // (begun, vocabulary)
        listener.read(TokenBatch.ofIds(prompts));
        listener.spared(rows.spared() - spared);
        spared = rows.spared();
        extend(scope, begun, logits, ended);
      }
      free = free();
    }
    if (!free.isEmpty()) {
      int[] kept = ClosedUp.rows(running.size(), row -> running.get(row) != null);
      List<Row> next = IntStream.of(kept).mapToObj(running::get).toList();
      running.clear();
      running.addAll(next);
      if (kept.length > 0) {
        rows.select(kept);
      }
    }
  }

  private boolean isNextHeld(Deque<Waiting> waiting) {
    return !waiting.isEmpty() && (isIdle() || room.holds(waiting.element().ids(), running.size()));
  }

  private List<Integer> free() {
    return IntStream.range(0, running.size())
        .filter(row -> running.get(row) == null)
        .boxed()
        .toList();
  }

  private void step(BiConsumer<Waiting, Said> ended) {
    int[] all = IntStream.range(0, running.size()).toArray();
    int[] last = running.stream().mapToInt(row -> row.text().last()).toArray();
    try (NDManager scope = owner.newSubManager()) {
      extend(scope, all, rows.next(scope, last), ended);
    }
  }

  private void extend(
      NDManager scope, int[] extended, NDArray logits, BiConsumer<Waiting, Said> ended) {
    List<RunningText> texts = new ArrayList<>();
    for (int row : extended) {
      texts.add(running.get(row).text());
    }
    chooser.extend(scope, logits, texts);
    for (int row : extended) {
      Row each = running.get(row);
      Optional<FinishReason> reason = endings.of(each.text(), each.maxLength());
      if (reason.isPresent()) {
        ended.accept(each.prompt(), each.text().said(reason.get()));
        running.set(row, null);
      }
    }
  }

  @Override
  public void close() {
    rows.close();
  }
}
