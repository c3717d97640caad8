package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.RegionOperators;
import io.sparkattention.tensor.RegionOperators.Regions;
import io.sparkattention.tensor.Span;
import io.sparkattention.tensor.SparseOperators;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A grouped softmax: each block of keys takes the share that its landmark gives it, and its keys
 * divide that among themselves; a query reads the keys of its own block directly, and the blocks
 * whose landmarks score highest. Landmark attention (arXiv:2305.16300).
 *
 * <p>The paper trains a landmark token for each block. Here the mean of a block's keys stands for
 * it, counted as often as there are keys; with {@code mass=exact} a block gets the share of its
 * keys themselves, which makes dense attention where all blocks are read.
 */
@Described(
    summary = "Blocks with the highest landmarks, each with its landmark's share of a softmax",
    source = "Landmark Attention, arXiv:2305.16300",
    operatorOnly = true)
public record LandmarkAttention(
    @Default(value = "64", means = "keys of a block") int block,
    @Default(value = "16", means = "blocks that a query reads beside its own") int top,
    @Default(
            value = "mean",
            means = "what a block's share of the softmax follows: its mean key, or all its keys")
        Mass mass)
    implements Attention {

  /** What the share of a block follows. */
  public enum Mass {
    /** The score of its mean key. */
    MEAN,
    /** The scores of its keys, as in dense attention. */
    EXACT
  }

  public LandmarkAttention {
    new OptionCheck().atLeast(1, "block", block).atLeast(0, "top", top).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.selfOnly("landmark", shape));
    reasons.addAll(Reasons.unbiased("landmark", shape));
    return reasons;
  }

  @Override
  public Weighting weighting() {
    return mass == Mass.EXACT ? Weighting.SOFTMAX : Weighting.NORMALIZED;
  }

  @Override
  public Attended attend(AttentionInput in) {
    NDManager held = in.scope().newSubManager();
    RegionOperators operators = RegionOperators.on(held);
    Regions regions = regions(held, in.mask(), block);
    NDArray means = operators.means(held, in.key(), regions); // (B, Hkv, R, D)
    int queries = (int) in.query().getShape().get(2);
    List<KeySelection> blocks = new ArrayList<>();
    for (int from = 0; from < queries; from += block) {
      Span span = new Span(from, Math.min(queries, from + block));
      try (NDArray query = span.of(held, in.query())) {
        NDArray ids = operators.choose(held, query, means, regions, from, top, in.scale());
        blocks.add(new Chosen(in, span, regions, means, ids, mass == Mass.EXACT));
      }
    }
    return new SelectedAttended(in, blocks, held);
  }

  /** How the keys of a call are cut; a block that is longer than all texts is the longest. */
  static Regions regions(NDManager scope, AttentionMask mask, int block) {
    int longest = Arrays.stream(mask.keyLengths()).max().orElse(block);
    return new Regions(
        Uploads.of(scope, mask.queryOffsets()),
        Uploads.of(scope, mask.keyLengths()),
        Math.max(1, Math.min(block, longest)),
        mask.direction() == Direction.CAUSAL);
  }

  /**
   * The regions that a block of queries reads.
   *
   * @param ids (B, Hkv, m)
   */
  private record Chosen(
      AttentionInput input,
      Span queries,
      Regions regions,
      NDArray means,
      NDArray ids,
      boolean exact)
      implements KeySelection {

    private int keys() {
      return (int) input.key().getShape().get(2);
    }

    @Override
    public NDArray gather(NDManager scope, NDArray x) {
      try (NDArray places = RegionOperators.on(scope).places(scope, ids, regions, keys())) {
        return SparseOperators.on(scope).gather(scope, x, places);
      }
    }

    @Override
    public NDArray scatter(NDManager scope, NDArray weights) {
      try (NDArray places = RegionOperators.on(scope).places(scope, ids, regions, keys())) {
        return SparseOperators.on(scope).scatter(scope, weights, places, keys());
      }
    }

    @Override
    public NDArray mask(NDManager scope) {
      try (NDManager local = scope.newSubManager()) {
        return RegionOperators.on(scope)
            .landmarks(
                scope,
                queries.of(local, input.query()),
                gather(local, input.key()),
                means,
                ids,
                regions,
                queries.from(),
                exact,
                input.scale());
      }
    }
  }
}
