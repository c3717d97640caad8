package io.sparkattention.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.sparkattention.attention.Attention;
import io.sparkattention.attention.BlockDiagonalAttention;
import io.sparkattention.attention.DenseAttention;
import io.sparkattention.kvcache.CacheStorage;
import io.sparkattention.kvcache.CacheView;
import io.sparkattention.kvcache.KnownBlocks;
import io.sparkattention.kvcache.KvCache;
import io.sparkattention.kvcache.KvCachePolicy;
import io.sparkattention.tensor.CachePieces;
import io.sparkattention.tensor.DecoderPart;
import io.sparkattention.tensor.TensorList;
import io.sparkattention.tensor.Uploads;
import io.sparkattention.text.BatchPlanner;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.TokenBudget;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Begins texts of {@link BlockDiagonalAttention} with the blocks that read themselves alone: those
 * that are known are laid into a cache, the others are read as short texts of their own, and kept
 * (Block-Attention, arXiv:2409.15355). Keys are kept as they are before rotation, and rotated for
 * each place where they are laid.
 */
final class PromptBlocks {

  private static final KvCachePolicy UNTURNED = new Unturned();

  private final Decoder decoder;
  private final BlockDiagonalAttention mechanism;
  private final KnownBlocks known;
  private final int tokens;
  private long spared;

  /** Keeps all keys, before rotation. */
  private record Unturned() implements KvCachePolicy {

    @Override
    public int budget() {
      return UNLIMITED;
    }

    @Override
    public Numbering numbering() {
      return Numbering.CACHE;
    }

    @Override
    public CacheStorage storage() {
      return CacheStorage.MODEL;
    }

    @Override
    public NDArray scores(CacheView view) {
      throw new UnsupportedOperationException("all keys stay");
    }
  }

  /**
   * A block of some texts.
   *
   * @param texts those that it stands in
   * @param starts and where in each of them
   */
  private record Block(int[] ids, List<Integer> texts, List<Integer> starts) {

    Block(IntBuffer tokens) {
      this(new int[tokens.remaining()], new ArrayList<>(), new ArrayList<>());
      tokens.duplicate().get(ids);
    }
  }

  /**
   * @param decoder attends by the mechanism, whose blocks {@link #known can be known}
   * @param tokens of blocks that are read at a time
   */
  PromptBlocks(Decoder decoder, BlockDiagonalAttention mechanism, KnownBlocks known, int tokens) {
    this.decoder = decoder;
    this.mechanism = mechanism;
    this.known = known;
    this.tokens = tokens;
  }

  /**
   * What a decoder may know of blocks; empty where they say something else in every text, or none
   * are to be kept.
   */
  static Optional<KnownBlocks> known(Decoder decoder, Attention attention, long bytesPerToken) {
    boolean anywhere =
        !decoder.config().form().has(DecoderPart.POSITIONS)
            && NextTokens.rotaries(decoder.config()).stream().noneMatch(Rotary::dependsOnLength);
    return attention instanceof BlockDiagonalAttention blocks
            && blocks.instruction() == 0
            && blocks.last() > 0
            && blocks.keep() > 0
            && anywhere
        ? Optional.of(new KnownBlocks(decoder.owner(), bytesPerToken, (long) blocks.keep() << 20))
        : Optional.empty();
  }

  /** Whether a cache under a policy holds what is laid into it. */
  static boolean serves(KvCachePolicy policy) {
    return policy.storage() == CacheStorage.MODEL
        && policy.numbering() == KvCachePolicy.Numbering.TEXT
        && policy.split().isEmpty()
        && !policy.drops();
  }

  /** How many tokens were laid without being read. */
  long spared() {
    return spared;
  }

  /**
   * Begins texts.
   *
   * @param rows of the cache, which hold nothing
   * @return how many first tokens of each prompt its row holds now; there are more in each
   */
  int[] begin(NDManager scope, KvCache cache, int[] rows, List<int[]> prompts) {
    prompts.forEach(
        ids -> DecoderInput.checkIds(TokenBatch.ofIds(List.of(ids)), decoder.config().vocabSize()));
    int[] laid = new int[rows.length];
    List<Block> blocks = blocks(prompts, laid);
    if (blocks.isEmpty()) {
      return laid;
    }
    cache.places(rows, prompts.stream().mapToInt(ids -> ids.length).toArray()); // makes room
    List<Block> unknown = new ArrayList<>();
    for (int[] group : plan(blocks)) {
      unknown.addAll(
          layKnown(scope, cache, rows, IntStream.of(group).mapToObj(blocks::get).toList()));
    }
    for (int[] group : plan(unknown)) {
      read(scope, cache, rows, IntStream.of(group).mapToObj(unknown::get).toList());
    }
    cache.advance(rows, laid);
    spared +=
        IntStream.of(laid).asLongStream().sum()
            - unknown.stream().mapToLong(each -> each.ids().length).sum();
    return laid;
  }

  /**
   * Reads what stands behind the blocks, all of which it sees.
   *
   * @param longest tokens of the longest text, those that it reads included
   */
  Decoder reader(int longest) {
    boolean sliding =
        decoder.config().layers().stream()
            .anyMatch(layer -> layer.window() > 0 && layer.window() < longest);
    return sliding ? decoder : decoder.withAttention(new DenseAttention());
  }

  /** The different blocks that read themselves alone. */
  private List<Block> blocks(List<int[]> prompts, int[] laid) {
    Map<IntBuffer, Block> blocks = new LinkedHashMap<>();
    for (int i = 0; i < laid.length; i++) {
      int[] ids = prompts.get(i);
      int[] starts = mechanism.starts(ids.length, () -> decoder.lines().of(ids));
      int alone = Math.max(0, starts.length - mechanism.last());
      laid[i] = alone == 0 ? 0 : starts[alone];
      for (int b = 0; b < alone; b++) {
        IntBuffer own = IntBuffer.wrap(ids, starts[b], starts[b + 1] - starts[b]).slice();
        Block block = blocks.computeIfAbsent(own, Block::new);
        block.texts().add(i);
        block.starts().add(starts[b]);
      }
    }
    return List.copyOf(blocks.values());
  }

  private List<int[]> plan(List<Block> blocks) {
    int[] lengths = blocks.stream().mapToInt(each -> each.ids().length).toArray();
    return BatchPlanner.plan(lengths, TokenBudget.padded(tokens));
  }

  /** Lays the blocks that are known; returns the others. */
  private List<Block> layKnown(NDManager scope, KvCache cache, int[] rows, List<Block> some) {
    List<Block> unknown = new ArrayList<>();
    List<Block> found = new ArrayList<>();
    List<NDArray> pieces = new ArrayList<>(); // (layers, T, 2 · Hkv, D) each
    try (NDManager local = scope.newSubManager()) {
      for (Block each : some) {
        Optional<NDArray> piece = known.find(local, each.ids());
        piece.ifPresent(pieces::add);
        (piece.isPresent() ? found : unknown).add(each);
      }
      if (!found.isEmpty()) {
        int[] firsts = new int[found.size()];
        for (int i = 1; i < firsts.length; i++) {
          firsts[i] = firsts[i - 1] + found.get(i - 1).ids().length;
        }
        try (TensorList list = new TensorList(pieces)) {
          NDArray joined = CachePieces.on(scope.getDevice()).joined(local, list);
          lay(local, cache, rows, joined, found, firsts);
        }
      }
    }
    return unknown;
  }

  /** Reads blocks as texts of their own, lays and keeps them. */
  private void read(NDManager scope, KvCache cache, int[] rows, List<Block> some) {
    List<int[]> ids = some.stream().map(Block::ids).toList();
    TokenBatch batch = TokenBatch.ofIds(ids);
    int[] own = IntStream.range(0, ids.size()).toArray();
    try (NDManager local = scope.newSubManager();
        KvCache alone = decoder.newCache(local, UNTURNED, own.length, batch.longest())) {
      reader(batch.longest()).read(local, batch, alone, own, List.of()).close();
      NDArray stored = alone.stored(); // (layers, B, places, 2 · Hkv, D)
      NDArray all = CachePieces.on(scope.getDevice()).placesOf(local, stored);
      int[] firsts = IntStream.of(own).map(i -> i * alone.capacity()).toArray();
      lay(local, cache, rows, all, some, firsts);
      for (int i : own) {
        known.keep(ids.get(i), stored, i);
      }
    }
  }

  /**
   * Writes blocks to all their places.
   *
   * @param pieces (layers, N, 2 · Hkv, D)
   * @param firsts where each of them begins among the N
   */
  private void lay(
      NDManager scope, KvCache cache, int[] rows, NDArray pieces, List<Block> some, int[] firsts) {
    int count = some.stream().mapToInt(each -> each.ids().length * each.texts().size()).sum();
    long[] sources = new long[count];
    long[] places = new long[count];
    long[] positions = new long[count];
    int next = 0;
    for (int i = 0; i < firsts.length; i++) {
      Block block = some.get(i);
      for (int time = 0; time < block.texts().size(); time++) {
        long row = rows[block.texts().get(time)];
        for (int t = 0; t < block.ids().length; t++, next++) {
          sources[next] = firsts[i] + t;
          positions[next] = block.starts().get(time) + t;
          places[next] = row * cache.capacity() + positions[next];
        }
      }
    }
    CachePieces operators = CachePieces.on(scope.getDevice());
    NDArray from = Uploads.of(scope, sources); // (M)
    NDArray to = Uploads.of(scope, places); // (M)
    Rotations rotations = decoder.rotations(scope, Uploads.of(scope, positions));
    for (int layer = 0; layer < decoder.config().layers().size(); layer++) {
      Optional<Rotary> rotary = decoder.config().layers().get(layer).rotary();
      try (NDManager local = scope.newSubManager()) {
        NDList both = operators.at(local, pieces, layer, from); // (M, Hkv, D) each
        NDArray key = both.get(0);
        NDArray turned =
            rotary.map(each -> rotations.rotation(each).ofTokens(local, key)).orElse(key);
        cache.write(layer, to, turned, both.get(1));
      }
    }
  }
}
