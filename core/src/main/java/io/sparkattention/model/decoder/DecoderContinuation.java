package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.probe.AttentionProbe;
import io.sparkattention.tensor.StepRecording;
import io.sparkattention.text.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Texts that a {@link Decoder} continues. */
public final class DecoderContinuation implements Continuation {

  private final Decoder decoder;
  private final NDManager owner;
  private final KvCache cache;
  private final List<AttentionProbe> probes;
  private final boolean turning; // whether texts may have to be read again
  private final PromptBlocks blocks; // null where texts are read as a whole
  private final StepRecording recording = new StepRecording();
  private int[][] texts;

  /** Rows without texts, which are read as a whole. */
  public DecoderContinuation(
      Decoder decoder, KvCachePolicy policy, int rows, int capacity, List<AttentionProbe> probes) {
    this(decoder, policy, rows, capacity, probes, null);
  }

  /**
   * Rows without texts.
   *
   * @param capacity tokens of the longest text that is expected
   * @param probes shown what every layer attended to
   * @param blocks of prompts that need not be read in each; null where there are none
   * @throws IllegalArgumentException if they cannot be, by the policy
   */
  DecoderContinuation(
      Decoder decoder,
      KvCachePolicy policy,
      int rows,
      int capacity,
      List<AttentionProbe> probes,
      PromptBlocks blocks) {
    this.decoder = decoder;
    this.owner = decoder.owner().newSubManager();
    try {
      this.cache = decoder.newCache(owner, policy, rows, capacity);
      CachedAttention.requireWatchable(cache, probes);
    } catch (RuntimeException e) { // out of memory: what was begun would lie beside a smaller try
      owner.close();
      throw e;
    }
    this.probes = probes;
    this.blocks = probes.isEmpty() && PromptBlocks.serves(policy) ? blocks : null;
    this.texts = new int[rows][0];
    this.turning = rotaries().anyMatch(Rotary::dependsOnLength);
  }

  @Override
  public int rows() {
    return cache.rows();
  }

  @Override
  public NDArray begin(NDManager scope, int[] rows, List<int[]> prompts) {
    for (int i = 0; i < rows.length; i++) {
      cache.clear(rows[i]);
      texts[rows[i]] = prompts.get(i);
    }
    return blocks == null ? read(scope, rows, prompts) : readBlocks(scope, rows, prompts);
  }

  /** Reads what stands behind the blocks that prompts begin with. */
  private NDArray readBlocks(NDManager scope, int[] rows, List<int[]> prompts) {
    int[] laid = blocks.begin(scope, cache, rows, prompts);
    List<int[]> rest = new ArrayList<>();
    for (int i = 0; i < laid.length; i++) {
      rest.add(Arrays.copyOfRange(prompts.get(i), laid[i], prompts.get(i).length));
    }
    int longest = prompts.stream().mapToInt(ids -> ids.length).max().orElse(0);
    return read(scope, blocks.reader(longest), rows, TokenBatch.ofIds(rest));
  }

  @Override
  public long spared() {
    return blocks == null ? 0 : blocks.spared();
  }

  @Override
  public NDArray readOn(NDManager scope, int[] rows, List<int[]> more) {
    return read(scope, rows, more);
  }

  @Override
  public NDArray next(NDManager scope, int[] ids) {
    boolean again = false;
    for (int row = 0; turning && row < ids.length; row++) {
      int length = texts[row].length;
      texts[row] = Arrays.copyOf(texts[row], length + 1);
      texts[row][length] = ids[row];
      again |= mustBeReadAgain(length);
    }
    if (!again) {
      Decoder reader = blocks == null ? decoder : blocks.reader(longest() + 1);
      return reader.next(scope, ids, cache, probes, recording);
    }
    int[] rows = IntStream.range(0, rows()).toArray();
    Arrays.stream(rows).forEach(cache::clear);
    return read(scope, rows, List.of(texts));
  }

  /** Whether one more token changes how all keys are rotated. */
  private boolean mustBeReadAgain(int length) {
    return rotaries().anyMatch(rotary -> rotary.changesBetween(length, length + 1));
  }

  private Stream<Rotary> rotaries() {
    return decoder.config().layers().stream()
        .map(DecoderConfig.Layer::rotary)
        .flatMap(Optional::stream);
  }

  /** Reads texts, in parts where the policy asks for that; the last parts are read together. */
  private NDArray read(NDManager scope, int[] rows, List<int[]> tokens) {
    int atOnce = cache.policy().tokensAtOnce();
    List<int[]> rest = new ArrayList<>(tokens);
    while (rest.stream().anyMatch(ids -> ids.length > atOnce)) {
      int[] longer =
          IntStream.range(0, rows.length).filter(i -> rest.get(i).length > atOnce).toArray();
      List<int[]> parts = new ArrayList<>();
      for (int i : longer) {
        parts.add(Arrays.copyOf(rest.get(i), atOnce));
        rest.set(i, Arrays.copyOfRange(rest.get(i), atOnce, rest.get(i).length));
      }
      int[] some = Arrays.stream(longer).map(i -> rows[i]).toArray();
      decoder.read(scope, TokenBatch.ofIds(parts), cache, some, probes).close();
    }
    return read(scope, decoder, rows, TokenBatch.ofIds(rest));
  }

  private NDArray read(NDManager scope, Decoder reader, int[] rows, TokenBatch batch) {
    try (NDManager local = scope.newSubManager()) {
      NDArray hidden = reader.read(local, batch, cache, rows, probes); // (N, hidden)
      long[] last = new long[rows.length];
      Arrays.setAll(last, i -> batch.offsets()[i + 1] - 1L);
      return reader.logits(scope, hidden, last); // (R, vocabulary)
    }
  }

  @Override
  public void select(int[] rows) {
    cache.select(rows);
    int[][] before = texts;
    texts = Arrays.stream(rows).mapToObj(row -> before[row]).toArray(int[][]::new);
  }

  @Override
  public void spread(int rowsPerText) {
    if (!turning && decoder.shares(cache, Math.max(cache.capacity(), longest()), probes)) {
      cache.share(rowsPerText);
      texts = new int[rows()][0];
    } else {
      Continuation.super.spread(rowsPerText);
    }
  }

  private int longest() {
    return IntStream.range(0, rows()).map(cache::length).max().orElse(0);
  }

  @Override
  public int[] decoderPrompt(int[] prompt) {
    return prompt;
  }

  @Override
  public int maxLength(int[] prompt) {
    return decoder.config().maxLength();
  }

  @Override
  public void close() {
    recording.close();
    cache.close();
    owner.close();
  }
}
