package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.AttentionOperators.Visible;
import io.sparkattention.tensor.PrefixOperators;
import io.sparkattention.tensor.Span;
import java.util.Arrays;
import java.util.List;

/**
 * Exact attention that reads the first keys of a batch once, where they are the same in all of its
 * sequences: those of an instruction, or of the text that several beams continue. RelayAttention
 * (arXiv:2402.14808). All queries attend to the shared keys in one product, each to the rest of its
 * own, and both parts merge through their logSumExps.
 *
 * <p>Keys and values are compared before they are shared, so that the result is exact for every
 * input. While tokens are generated this is done once for each batch and layer, and again where
 * lengths do not grow by what is read, since then a cache has dropped keys. Only keys before all
 * queries are shared: texts that are read at once are attended to as {@code dense} does.
 */
@Described(
    summary = "Exact attention that reads keys once which all sequences begin with",
    source = "RelayAttention, arXiv:2402.14808")
public record SharedPrefixAttention(
    @Default(value = "65536", means = "first keys that are compared, at most") int prefix,
    @Default(value = "64", means = "shared keys below which it is not worth it") int least)
    implements Attention {

  public SharedPrefixAttention {
    new OptionCheck().atLeast(1, "prefix", prefix).atLeast(1, "least", least).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return List.of();
  }

  @Override
  public boolean exact() {
    return true;
  }

  @Override
  public Attended attend(AttentionInput in) {
    int shared = shared(in);
    if (shared < least) {
      return new DenseAttention().attend(in);
    }
    AttentionOperators operators = AttentionOperators.on(in.scope().getDevice());
    return new FullAttended(
        in,
        values ->
            values == in.value()
                ? relayed(in, shared, operators)
                : MaskedAttention.attend(in, values, operators)); // others may differ
  }

  /** How many first keys one product may read for all sequences. */
  int shared(AttentionInput in) {
    AttentionMask mask = in.mask();
    int most = Math.min(prefix, Arrays.stream(mask.keyLengths()).min().orElse(0));
    if (mask.direction() == Direction.CAUSAL) {
      most = Math.min(most, Arrays.stream(mask.queryOffsets()).min().orElse(0));
    }
    if (in.bias() != null || mask.batch() == 1 || most < least) {
      return 0;
    }
    if (in.site().phase() == Site.Phase.PREFILL || in.sequenceMemory().isEmpty()) {
      return compared(in, most);
    }
    Compared known =
        in.sequenceMemory().get().of(this, in.site(), Compared.class, owner -> new Compared());
    if (!known.grewTo(mask)) {
      known.shared = compared(in, most);
    }
    known.lengths = mask.keyLengths().clone();
    return known.shared;
  }

  private static int compared(AttentionInput in, int most) {
    return PrefixOperators.on(in.scope()).shared(in.scope(), in.key(), in.value(), most);
  }

  private static Result relayed(AttentionInput in, int shared, AttentionOperators operators) {
    NDManager scope = in.scope();
    int keys = (int) in.key().getShape().get(2);
    try (NDManager local = scope.newSubManager()) {
      PrefixOperators prefixes = PrefixOperators.on(local);
      Result prefix =
          operators.attend(
              local,
              prefixes.rows(local, in.query(), in.keyValueHeads()), // (1, Hkv, rows, D)
              prefixes.first(local, in.key(), shared),
              prefixes.first(local, in.value(), shared),
              Visible.ALL,
              in.scale());
      Span own = new Span(shared, keys);
      NDArray value = own.of(local, in.value()); // (B, Hkv, S - shared, D)
      Result rest =
          MaskedAttention.attend(
              afterPrefix(in, own.of(local, in.key()), value, shared, local), value, operators);
      return ResultParts.silenced(in, prefixes.merged(scope, prefix, rest));
    }
  }

  /** The call without its first keys. */
  private static AttentionInput afterPrefix(
      AttentionInput in, NDArray key, NDArray value, int shared, NDManager scope) {
    AttentionMask mask = in.mask();
    boolean causal = mask.direction() == Direction.CAUSAL;
    AttentionMask rest =
        new AttentionMask(
            mask.direction(),
            Arrays.stream(mask.queryOffsets()).map(at -> causal ? at - shared : at).toArray(),
            mask.queryLengths(),
            Arrays.stream(mask.keyLengths()).map(length -> length - shared).toArray());
    int queries = (int) in.query().getShape().get(2);
    Layout layout = new Layout.Padded(mask.batch(), queries, (int) key.getShape().get(2));
    return new AttentionInput(
        in.query(), key, value, in.scale(), layout, rest, null, in.site(), scope);
  }

  /** What is known of the sequences of a batch at one layer. */
  private static final class Compared implements AttentionMemory.Kept {

    private int shared;
    private int[] lengths = new int[0]; // empty where nothing is known

    /** Whether nothing but these queries' own keys has come since. */
    boolean grewTo(AttentionMask mask) {
      boolean grew = lengths.length == mask.batch();
      for (int b = 0; grew && b < lengths.length; b++) {
        grew = mask.keyLengths()[b] == lengths[b] + mask.queryLengths()[b];
      }
      return grew;
    }

    @Override
    public void select(int[] rows) {
      int[] before = lengths;
      lengths = before.length == 0 ? before : Arrays.stream(rows).map(row -> before[row]).toArray();
    }

    @Override
    public void clear(int row) {
      lengths = new int[0];
    }
  }
}
