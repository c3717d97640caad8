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
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
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

  /** One forward pass; gives one result per sequence, in their order. */
  @FunctionalInterface
  interface Forward<R> {
    List<R> run(NDManager scope, TokenBatch batch, List<Tokens> sequences);
  }

  private final Encoder encoder;
  private final ExecutorService inference;
  private volatile TokenBudget budget;

  BatchRunner(Encoder encoder, TokenBudget budget, ExecutorService inference) {
    this.encoder = encoder;
    this.budget = budget;
    this.inference = inference;
  }

  /**
   * Runs the sequences of some items.
   *
   * @param items how many items there are
   * @param sequencesOf gives the sequences of an item, at least one; called in order by this thread
   * @return for each item, the results of its sequences
   */
  <R> List<List<R>> run(int items, IntFunction<List<Tokens>> sequencesOf, Forward<R> forward) {
    List<List<R>> results = new ArrayList<>(items);
    Deque<Window<R>> running = new ArrayDeque<>();
    try {
      for (int from = 0; from < items; from += WINDOW) {
        int to = Math.min(items, from + WINDOW);
        running.add(submit(from, to, sequencesOf, forward));
        if (running.size() > 1) {
          running.remove().collect(results);
        }
      }
      while (!running.isEmpty()) {
        running.remove().collect(results);
      }
      return results;
    } finally {
      running.forEach(Window::cancel);
    }
  }

  private <R> Window<R> submit(
      int from, int to, IntFunction<List<Tokens>> sequencesOf, Forward<R> forward) {
    List<Tokens> sequences = new ArrayList<>();
    int[] counts = new int[to - from];
    for (int item = from; item < to; item++) {
      List<Tokens> some = sequencesOf.apply(item);
      counts[item - from] = some.size();
      sequences.addAll(some);
    }
    int[] lengths = sequences.stream().mapToInt(Tokens::length).toArray();
    Window<R> window = new Window<>(counts, sequences.size());
    for (int[] rows : BatchPlanner.plan(lengths, budget)) {
      window.futures.add(inference.submit(() -> forward(rows, sequences, window, forward)));
    }
    return window;
  }

  private <R> Void forward(
      int[] rows, List<Tokens> sequences, Window<R> window, Forward<R> forward) {
    List<Tokens> chosen = Arrays.stream(rows).mapToObj(sequences::get).toList();
    TokenBatch batch = TokenBatch.of(chosen);
    try (NDManager scope = encoder.owner().newSubManager()) {
      List<R> results = forward.run(scope, batch, chosen);
      for (int i = 0; i < rows.length; i++) {
        window.results.set(rows[i], results.get(i));
      }
      return null;
    } catch (EngineException e) {
      if (!outOfMemory(e) || rows.length == 1) {
        throw e;
      }
      LOG.warn("{} does not fit on the device: halving it", batch);
    }
    budget = halved(budget, batch);
    int middle = rows.length / 2;
    forward(Arrays.copyOfRange(rows, 0, middle), sequences, window, forward);
    return forward(Arrays.copyOfRange(rows, middle, rows.length), sequences, window, forward);
  }

  private static TokenBudget halved(TokenBudget budget, TokenBatch tooLarge) {
    int ceiling = Math.max(1, Math.min(budget.maxTokens(), tooLarge.tokens() / 2));
    return new TokenBudget(ceiling, budget.maxRows(), budget.padding());
  }

  private static boolean outOfMemory(EngineException e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("out of memory");
  }

  /** Sequences that were sorted together, and their results as they come. */
  private static final class Window<R> {
    final int[] counts;
    final List<R> results;
    final List<Future<Void>> futures = new ArrayList<>();

    Window(int[] counts, int sequences) {
      this.counts = counts;
      this.results = new ArrayList<>(Collections.nCopies(sequences, null));
    }

    void collect(List<List<R>> into) {
      try {
        for (Future<Void> future : futures) {
          future.get();
        }
      } catch (InterruptedException e) {
        cancel();
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while a batch was running");
      } catch (ExecutionException e) {
        cancel();
        if (e.getCause() instanceof RuntimeException cause) {
          throw cause;
        }
        if (e.getCause() instanceof Error cause) {
          throw cause;
        }
        throw new IllegalStateException(e.getCause());
      }
      int at = 0;
      for (int count : counts) {
        into.add(List.copyOf(results.subList(at, at + count)));
        at += count;
      }
    }

    /** Keeps what has not begun from running, and waits for what has: it uses native memory. */
    void cancel() {
      futures.forEach(future -> future.cancel(false));
      for (Future<Void> future : futures) {
        try {
          if (!future.isCancelled()) {
            future.get();
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        } catch (ExecutionException e) {
          LOG.debug("a batch failed after another had failed", e);
        }
      }
    }
  }
}
