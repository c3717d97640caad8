package io.sparkattention.model;

import io.sparkattention.tensor.Precision;
import io.sparkattention.text.TokenBudget;
import java.util.Optional;

/**
 * What an encoder occupies outside the heap on a CPU. On a GPU a batch that is too large fails and
 * is halved; on a CPU the process would be killed, so batches are kept small beforehand.
 *
 * @param weights bytes of all layers and embeddings
 * @param perToken bytes of one more token in a batch
 */
record EncoderMemory(long weights, long perToken) {

  /** Native libraries, code and stacks. */
  private static final long PROCESS = 256L << 20;

  /** A process must have room for a sequence of so many tokens, if its model reads as many. */
  private static final int SEQUENCE = 512;

  /**
   * That of a configuration. A layer holds its input, query, key, value, the attended values, and
   * the intermediate columns before and after their activation function; measured on MiniLM, a
   * quarter more.
   */
  static EncoderMemory of(EncoderConfig config, Precision precision) {
    long bytes = precision == Precision.FP32 ? 4 : 2;
    long hidden = config.hiddenSize();
    long intermediate = config.intermediateSize();
    long embeddings = hidden * (config.vocabSize() + (long) config.maxPositions());
    long layer = 4 * hidden * hidden + 2 * hidden * intermediate;
    long columns = 5 * hidden + 2 * intermediate;
    return new EncoderMemory(
        bytes * (embeddings + config.layers() * layer), bytes * columns * 5 / 4);
  }

  /** Batches that fit, as long as the processor likes them at most. */
  TokenBudget budget(Optional<NativeRoom> room) {
    return room.map(this::tokens)
        .filter(tokens -> tokens < Budgets.CPU.maxTokens())
        .map(tokens -> TokenBudget.packed((int) Math.max(1, tokens)))
        .orElse(Budgets.CPU);
  }

  /**
   * Why the room does not do, if so.
   *
   * @param longest tokens of the longest sequence
   */
  Optional<String> problem(NativeRoom room, int longest) {
    int sequence = Math.min(SEQUENCE, longest);
    if (tokens(room) >= sequence) {
      return Optional.empty();
    }
    long needed = PROCESS + weights + perToken * sequence * room.forwards();
    return Optional.of(
        "%d MiB outside the heap are too few for weights of %d MiB and %d sequences of %d tokens at"
                .formatted(room.bytes() >> 20, weights >> 20, room.forwards(), sequence)
            + " a time: set %s to at least %d MiB".formatted(room.remedy(), (needed >> 20) + 1));
  }

  /** How many tokens a batch may have. */
  private long tokens(NativeRoom room) {
    return (room.bytes() - PROCESS - weights) / room.forwards() / perToken;
  }
}
