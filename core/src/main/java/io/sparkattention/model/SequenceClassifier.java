package io.sparkattention.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.tensor.LayerOperators;
import io.sparkattention.tensor.PackedSequences;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokens;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Gives token sequences a logit per label: an encoder with a sequence classification head. */
public final class SequenceClassifier {

  private final Encoder encoder;
  private final ClassificationHead head;
  private final LayerOperators operators;
  private final BatchRunner runner;

  SequenceClassifier(
      Encoder encoder, ClassificationHead head, LayerOperators operators, BatchRunner runner) {
    this.encoder = encoder;
    this.head = head;
    this.operators = operators;
    this.runner = runner;
  }

  /** Number of labels. */
  public int labels() {
    return head.labels();
  }

  /**
   * The logits of sequences in any number.
   *
   * @param sequences framed by special tokens, none longer than the model reads
   * @return (labels) for each sequence, in their order
   */
  public List<float[]> logits(List<Tokens> sequences) {
    return logits(sequences.size(), i -> List.of(sequences.get(i))).stream()
        .map(each -> each.get(0))
        .toList();
  }

  /**
   * The logits of the sequences of some items, which are asked for one after the other.
   *
   * @return for each item, (labels) for each of its sequences
   */
  List<List<float[]>> logits(int items, IntFunction<List<Tokens>> sequencesOf) {
    return runner.run(items, sequencesOf, (scope, batch, sequences) -> logits(scope, batch));
  }

  /** The logits of one batch in one forward pass, on the calling thread. */
  public List<float[]> logits(NDManager scope, TokenBatch batch) {
    NDArray hidden = encoder.encode(scope, batch, List.of()); // (N, hidden)
    PackedSequences sequences = PackedSequences.of(scope, batch.offsets(), operators.precision());
    NDArray represented = head.represent(scope, hidden, sequences); // (B, hidden)
    return Rows.of(head.logits(scope, represented)); // (B, labels)
  }

  /**
   * What was read of a sequence.
   *
   * @param logits (labels)
   * @param representation what the last linear map reads, (hidden)
   */
  record Reading(float[] logits, float[] representation) {}

  /** As {@link #logits(int, IntFunction)}, with what the logits were made of. */
  List<List<Reading>> readings(int items, IntFunction<List<Tokens>> sequencesOf) {
    return runner.run(items, sequencesOf, (scope, batch, sequences) -> readings(scope, batch));
  }

  private List<Reading> readings(NDManager scope, TokenBatch batch) {
    NDArray hidden = encoder.encode(scope, batch, List.of()); // (N, hidden)
    PackedSequences sequences = PackedSequences.of(scope, batch.offsets(), operators.precision());
    NDArray represented = head.represent(scope, hidden, sequences); // (B, hidden)
    List<float[]> logits = Rows.of(head.logits(scope, represented)); // (B, labels)
    List<float[]> representations = Rows.of(operators.toFloat32(scope, represented));
    return IntStream.range(0, logits.size())
        .mapToObj(i -> new Reading(logits.get(i), representations.get(i)))
        .toList();
  }

  /** The logits of representations, (labels) each. */
  List<float[]> logitsOf(List<float[]> representations) {
    if (representations.isEmpty()) {
      return List.of();
    }
    int columns = representations.get(0).length;
    float[] flat = new float[representations.size() * columns];
    for (int i = 0; i < representations.size(); i++) {
      System.arraycopy(representations.get(i), 0, flat, i * columns, columns);
    }
    try (NDManager scope = encoder.owner().newSubManager()) {
      NDArray rows = scope.create(flat, new Shape(representations.size(), columns)); // (B, hidden)
      return Rows.of(head.logits(scope, operators.toPrecision(scope, rows)));
    }
  }
}
