package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.AttentionShape;
import io.sparkattention.attention.Weighting;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.text.Chunk;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokenizer;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads texts and shows probes what every layer attended to. */
public final class AttentionReader {

  private final Encoder encoder;
  private final Tokenizer tokenizer;
  private final BatchRunner runner;
  private final LongText longText;
  private final AttentionShape shape;
  private final Weighting weighting;

  AttentionReader(
      Encoder encoder,
      Tokenizer tokenizer,
      BatchRunner runner,
      LongText longText,
      AttentionShape shape,
      Weighting weighting) {
    this.encoder = encoder;
    this.tokenizer = tokenizer;
    this.runner = runner;
    this.longText = longText;
    this.shape = shape;
    this.weighting = weighting;
  }

  /**
   * What was read of one text.
   *
   * @param content the tokens of the text, without special ones
   * @param chunks the pieces it was read in; one for a text that fits
   * @param results what the probes said of each piece
   */
  public record Reading<R>(Tokens content, List<Chunk> chunks, List<R> results) {}

  /** What can be said of the model's attention before anything is read. */
  public AttentionShape shape() {
    return shape;
  }

  /** What the rows of its matrices of weights are. */
  public Weighting weighting() {
    return weighting;
  }

  /**
   * Reads texts in any number and of any length.
   *
   * @param probes makes the probe of one forward pass
   * @param sequences what a probe saw, one result per sequence of its batch in their order
   * @return one reading per text, in the order of the texts
   */
  public <P extends AttentionProbe, R> List<Reading<R>> read(
      List<String> texts, Supplier<P> probes, Function<P, List<R>> sequences) {
    List<Tokens> contents = new ArrayList<>(texts.size());
    List<List<Chunk>> chunks = new ArrayList<>(texts.size());
    List<List<R>> results =
        runner.run(
            texts.size(),
            i -> {
              contents.add(tokenizer.encodeContent(texts.get(i)));
              chunks.add(longText.chunks(contents.get(i)));
              return LongText.sequences(chunks.get(i));
            },
            (scope, batch, tokens) -> watch(scope, batch, probes.get(), sequences));
    List<Reading<R>> readings = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      readings.add(new Reading<>(contents.get(i), chunks.get(i), results.get(i)));
    }
    return readings;
  }

  private <P extends AttentionProbe, R> List<R> watch(
      NDManager scope, TokenBatch batch, P probe, Function<P, List<R>> sequences) {
    NDArray hidden = encoder.encode(scope, batch, List.of(probe)); // (N, hidden)
    hidden.close();
    return sequences.apply(probe);
  }
}
