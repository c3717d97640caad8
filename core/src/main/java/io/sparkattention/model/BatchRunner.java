package io.sparkattention.model;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDManager;
import io.sparkattention.text.BatchPlanner;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.TokenBudget;
import io.sparkattention.text.Tokens;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs any number of sequences through a model: sorted by length, in batches of a token budget, on
 * the inference pool, while the calling thread tokenizes what comes next. Where a device has no
 * room for a batch, the batch is halved and the ceiling is remembered.
 */
final class BatchRunner {

  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

  /** Items that are tokenized and sorted together. */
  private static final int WINDOW = 2048;

  /** The first are fewer, so that the pool soon has something to run. */
  private static final int FIRST_WINDOW = 256;

  /** One forward pass; gives one result per sequence, in their order. */
  @FunctionalInterface
  interface Forward<R> {
    List<R> run(NDManager scope, TokenBatch batch, List<Tokens> sequences);
  }

  private final NDManager owner;
  private final ExecutorService inference;
  private final InferenceListener listener;
  private final AtomicReference<TokenBudget> budget;

  BatchRunner(
      NDManager owner, TokenBudget budget, ExecutorService inference, InferenceListener listener) {
    this.owner = owner;
    this.budget = new AtomicReference<>(budget);
    this.inference = inference;
    this.listener = listener;
  }

  /**
   * Runs the sequences of some items.
   *
   * @param items how many items there are
   * @param sequencesOf gives the sequences of an item, at least one; called in order by this thread
   * @return for each item, the results of its sequences
   * @throws java.util.concurrent.CancellationException if this thread is interrupted; no batch is
   *     running then
   * @throws EngineException if a single sequence does not fit on the device
   * @throws DeviceFailedError if the device fails otherwise
   */
  <R> List<List<R>> run(int items, IntFunction<List<Tokens>> sequencesOf, Forward<R> forward) {
    List<List<R>> results = new ArrayList<>(items);
    Deque<BatchWindow<R>> open = new ArrayDeque<>();
    try {
      int to;
      for (int from = 0; from < items; from = to) {
        to = Math.min(items, from + (from == 0 ? FIRST_WINDOW : WINDOW));
        submit(from, to, sequencesOf, forward, open);
        if (open.size() > 1) {
          open.element().collect(results);
          open.remove();
        }
      }
      while (!open.isEmpty()) {
        open.element().collect(results);
        open.remove();
      }
      return results;
    } finally {
      open.forEach(BatchWindow::cancel);
      open.forEach(BatchWindow::awaitRunning);
    }
  }

  private <R> void submit(
      int from,
      int to,
      IntFunction<List<Tokens>> sequencesOf,
      Forward<R> forward,
      Deque<BatchWindow<R>> open) {
    List<Tokens> sequences = new ArrayList<>();
    int[] counts = new int[to - from];
    for (int item = from; item < to; item++) {
      List<Tokens> some = sequencesOf.apply(item);
      counts[item - from] = some.size();
      sequences.addAll(some);
    }
    int[] lengths = sequences.stream().mapToInt(Tokens::length).toArray();
    BatchWindow<R> window = new BatchWindow<>(counts, sequences.size());
    open.add(window);
    for (int[] rows : BatchPlanner.plan(lengths, budget.get())) {
      window.submit(inference, () -> forward(rows, sequences, window, forward));
    }
  }

  private <R> void forward(
      int[] rows, List<Tokens> sequences, BatchWindow<R> window, Forward<R> forward) {
    if (window.cancelled()) {
      return;
    }
    List<Tokens> chosen = Arrays.stream(rows).mapToObj(sequences::get).toList();
    TokenBatch batch = TokenBatch.of(chosen);
    try (NDManager scope = owner.newSubManager()) {
      window.put(rows, forward.run(scope, batch, chosen));
      listener.read(batch);
      return;
    } catch (EngineException e) {
      if (DeviceErrors.isFatal(e)) {
        throw DeviceErrors.failed(owner.getDevice().toString(), batch.toString(), e);
      }
      if (!DeviceErrors.isOutOfMemory(e)) {
        throw e;
      }
      listener.outOfMemory(batch);
      if (rows.length == 1) {
        throw new EngineException(
            "a sequence of "
                + batch.tokens()
                + " tokens does not fit on "
                + owner.getDevice()
                + ": lower the longest sequence, or use an attention that needs less memory ("
                + e.getMessage()
                + ")",
            e);
      }
      LOG.warn("{} does not fit on the device: halving it", batch);
    }
    budget.updateAndGet(current -> halved(current, batch));
    int middle = rows.length / 2;
    forward(Arrays.copyOfRange(rows, 0, middle), sequences, window, forward);
    forward(Arrays.copyOfRange(rows, middle, rows.length), sequences, window, forward);
  }

  private static TokenBudget halved(TokenBudget budget, TokenBatch tooLarge) {
    int ceiling = Math.max(1, Math.min(budget.maxTokens(), tooLarge.tokens() / 2));
    return new TokenBudget(ceiling, budget.maxRows(), budget.padding());
  }
}
