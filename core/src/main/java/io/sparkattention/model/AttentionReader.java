package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.Chunk;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.TokenBudget;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads texts and shows probes what every layer attended to. */
public final class AttentionReader {

  private final WatchedModel model;
  private final BatchRunner runner;
  private final LongText longText;

  AttentionReader(WatchedModel model, BatchRunner runner, LongText longText) {
    this.model = model;
    this.runner = runner;
    this.longText = longText;
  }

  /**
   * Reads with a model.
   *
   * @param maxTokens of the longest sequence that is read at once, special tokens included
   * @param tokensAtOnce that a batch has room for; it may hold fewer
   * @param inference runs the forward passes
   * @throws IllegalArgumentException if {@code maxTokens} leaves no room for text
   */
  public static AttentionReader of(
      WatchedModel model, int maxTokens, long tokensAtOnce, Inference inference) {
    TokenBudget usual = model.owner().getDevice().isGpu() ? Budgets.GPU : Budgets.CPU;
    TokenBudget budget =
        tokensAtOnce < usual.maxTokens()
            ? TokenBudget.packed((int) Math.max(1, tokensAtOnce))
            : usual;
    return new AttentionReader(
        model,
        new BatchRunner(model.owner(), budget, inference.pool(), inference.listener()),
        new LongText(model.tokenizer().template(), maxTokens));
  }

  /** What can be said of the model's attention before anything is read. */
  public AttentionShape shape() {
    return model.shape();
  }

  /** What it reads with. */
  public WatchedModel model() {
    return model;
  }

  /**
   * What was read of one text.
   *
   * @param content the tokens of the text, without special ones
   * @param chunks the pieces it was read in; one for a text that fits
   * @param results what the probes said of each piece
   */
  public record Reading<R>(Tokens content, List<Chunk> chunks, List<R> results) {}

  /** Tokens of the longest sequence that is read at once, special ones included. */
  public int maxTokens() {
    return longText.maxTokens();
  }

  /**
   * The same model, which reads texts in pieces of no more tokens than that.
   *
   * @throws IllegalArgumentException if that leaves no room for text
   */
  public AttentionReader withAtMost(int tokens) {
    return new AttentionReader(
        model, runner, longText.withAtMost(model.tokenizer().template(), tokens));
  }

  /** One forward pass of one's own; gives one result per sequence, in their order. */
  @FunctionalInterface
  public interface Forward<R> {

    /**
     * Reads a batch; the scope is closed afterwards.
     *
     * @param places of its sequences among all
     */
    List<R> read(NDManager scope, TokenBatch batch, int[] places);
  }

  /**
   * Runs a forward pass of one's own over sequences, in batches that the device has room for, where
   * other passes run too.
   *
   * @param sequences each an object of its own
   * @return one result per sequence, in their order
   */
  public <R> List<R> run(List<Tokens> sequences, Forward<R> forward) {
    Map<Tokens, Integer> places = new IdentityHashMap<>();
    for (int i = 0; i < sequences.size(); i++) {
      places.put(sequences.get(i), i);
    }
    List<List<R>> results =
        runner.run(
            sequences.size(),
            i -> List.of(sequences.get(i)),
            (scope, batch, tokens) ->
                forward.read(scope, batch, tokens.stream().mapToInt(places::get).toArray()));
    return results.stream().map(each -> each.get(0)).toList();
  }

  /**
   * One sequence of a batch.
   *
   * @param text which of the texts it is a piece of, counted from 0
   * @param tokens as the model reads them, special tokens included
   */
  public record Sequence(int text, Tokens tokens) {}

  /**
   * Reads texts in any number and of any length.
   *
   * @param probes makes the probe of one forward pass
   * @param sequences what a probe saw, one result per sequence of its batch in their order
   * @return one reading per text, in the order of the texts
   */
  public <P extends AttentionProbe, R> List<Reading<R>> read(
      List<String> texts, Supplier<P> probes, Function<P, List<R>> sequences) {
    return read(texts, batch -> probes.get(), sequences);
  }

  /**
   * Reads texts in any number and of any length.
   *
   * @param probes makes the probe of one forward pass over some sequences
   * @param sequences what a probe saw, one result per sequence of its batch in their order
   * @return one reading per text, in the order of the texts
   */
  public <P extends AttentionProbe, R> List<Reading<R>> read(
      List<String> texts, Function<List<Sequence>, P> probes, Function<P, List<R>> sequences) {
    List<Tokens> contents = new ArrayList<>(texts.size());
    List<List<Chunk>> chunks = new ArrayList<>(texts.size());
    Map<Tokens, Integer> textOf = Collections.synchronizedMap(new IdentityHashMap<>());
    List<List<R>> results =
        runner.run(
            texts.size(),
            i -> {
              contents.add(model.tokenizer().encodeContent(texts.get(i)));
              chunks.add(longText.chunks(contents.get(i)));
              List<Tokens> own = LongText.sequences(chunks.get(i));
              own.forEach(tokens -> textOf.put(tokens, i));
              return own;
            },
            (scope, batch, tokens) -> {
              List<Sequence> read =
                  tokens.stream().map(each -> new Sequence(textOf.get(each), each)).toList();
              return watch(scope, batch, probes.apply(read), sequences);
            });
    List<Reading<R>> readings = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      readings.add(new Reading<>(contents.get(i), chunks.get(i), results.get(i)));
    }
    return readings;
  }

  private <P extends AttentionProbe, R> List<R> watch(
      NDManager scope, TokenBatch batch, P probe, Function<P, List<R>> sequences) {
    NDArray hidden = model.read(scope, batch, List.of(probe)); // (N, hidden)
    hidden.close();
    return sequences.apply(probe);
  }
}
