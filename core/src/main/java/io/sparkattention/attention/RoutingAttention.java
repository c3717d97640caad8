package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.SelectionOperators.Frame;
import io.sparkattention.tensor.SortingOperators;
import io.sparkattention.tensor.SortingOperators.Codes;
import io.sparkattention.tensor.Uploads;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Queries read keys of the cluster that they belong to. The Routing Transformer (arXiv:2003.05997).
 *
 * <p>The paper learns the centroids with the model, which shares queries and keys; here spherical
 * k-means finds them among the keys of each text and key head. Queries and keys are sorted by
 * cluster, so a block of queries reads as many keys however large its cluster is. Where the future
 * is hidden, queries also read their neighbourhood, as the paper's local heads do.
 */
@Described(
    summary = "Keys of the cluster that a query belongs to, by k-means over each text",
    source = "Routing Transformer, arXiv:2003.05997",
    operatorOnly = true)
public record RoutingAttention(
    @Default(value = "0", means = "clusters; 0 takes the square root of the number of keys")
        int clusters,
    @Default(value = "256", means = "queries of a block, sorted or neighbours") int rows,
    @Default(value = "1024", means = "keys of its cluster that a block of queries reads") int keys,
    @Default(value = "4", means = "how often centroids move") int rounds,
    @Default(value = "64", means = "first keys that every query reads") int sinks,
    @Default(value = "1", means = "seed of the first centroids") int seed)
    implements Attention {

  private static final int MOST_ROUNDS = 64;

  public RoutingAttention {
    OptionCheck check = new OptionCheck();
    check
        .atLeast(0, "clusters", clusters)
        .atLeast(1, "rows", rows)
        .atLeast(1, "keys", keys)
        .atLeast(0, "rounds", rounds)
        .atLeast(0, "sinks", sinks);
    if (rounds > MOST_ROUNDS) {
      check.problem("rounds=" + rounds + " must be " + MOST_ROUNDS + " or less");
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.unbiased("routing", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    NDManager scope = in.scope().newSubManager();
    int longest = Arrays.stream(in.mask().keyLengths()).max().orElse(0);
    int asked = clusters > 0 ? clusters : (int) Math.round(Math.sqrt(longest));
    int count = Math.max(1, Math.min(asked, longest));
    Random random = new Random(31L * seed + in.site().layer());
    float[] parts = new float[count];
    for (int i = 0; i < count; i++) {
      parts[i] = (i + random.nextFloat()) / count;
    }
    Frame frame = ChosenBlocks.frame(in, scope, rows);
    NDArray starts = Uploads.of(scope, parts);
    Codes codes =
        SortingOperators.on(scope).clusters(scope, in.query(), in.key(), frame, starts, rounds);
    return SortedBlocks.of(in, scope, frame, codes, sinks, new float[0], keys).attended(scope);
  }
}
