package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.SelectionOperators.Frame;
import io.sparkattention.tensor.SortingOperators;
import io.sparkattention.tensor.SortingOperators.Codes;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Queries and keys sorted by locality-sensitive hashes, so that those that point the same way meet
 * in blocks, and first and random keys that every query reads. HyperAttention (arXiv:2310.05869).
 *
 * <p>The paper gives the random keys a larger weight, to stand for all that is not read; here they
 * weigh what they weigh, so that the logSumExp is that of the keys that are read, which merging and
 * statistics need. Where the future is hidden the paper halves the text again and again; here a
 * query reads what of its block lies before its neighbourhood, and its neighbourhood exactly.
 * Queries and keys are hashed relative to their means: what all have in common tells none apart.
 */
@Described(
    summary = "Blocks of queries and keys sorted by locality-sensitive hashes, and random keys",
    source = "HyperAttention, arXiv:2310.05869")
public record LshAttention(
    @Default(value = "512", means = "queries of a block, sorted or neighbours") int rows,
    @Default(value = "1024", means = "sorted keys that a block of sorted queries reads") int keys,
    @Default(value = "256", means = "random keys that every query reads") int samples,
    @Default(value = "7", means = "random planes of the hash, at most 30") int bits,
    @Default(value = "64", means = "first keys that every query reads") int sinks,
    @Default(value = "1", means = "seed of planes and random keys") int seed)
    implements Attention {

  private static final int MOST_BITS = 30;

  public LshAttention {
    OptionCheck check = new OptionCheck();
    check
        .atLeast(1, "rows", rows)
        .atLeast(1, "keys", keys)
        .atLeast(0, "samples", samples)
        .atLeast(1, "bits", bits)
        .atLeast(0, "sinks", sinks);
    if (bits > MOST_BITS) {
      check.problem("bits=" + bits + " must be at most " + MOST_BITS);
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.unbiased("lsh", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    NDManager scope = in.scope().newSubManager();
    Random random = new Random(31L * seed + in.site().layer());
    float[] planes = new float[in.headSize() * bits];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = (float) random.nextGaussian();
    }
    float[] parts = new float[(int) Math.min(samples, in.key().getShape().get(2))];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = random.nextFloat();
    }
    Arrays.sort(parts);
    Frame frame = ChosenBlocks.frame(in, scope, rows);
    NDArray sides = scope.create(planes, new Shape(in.headSize(), bits));
    Codes codes = SortingOperators.on(scope).hashes(scope, in.query(), in.key(), frame, sides);
    return SortedBlocks.of(in, scope, frame, codes, sinks, parts, keys).attended(scope);
  }
}
