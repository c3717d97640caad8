package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Described;
import io.sparkattention.tensor.AttentionOperators;
import io.sparkattention.tensor.AttentionOperators.Result;
import io.sparkattention.tensor.SourceOperators;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Exact cross-attention that reads what was encoded itself, once for all layers, heads and beams,
 * in place of keys and values: {@code q · (W h) = (Wᵀ q) · h}, so that queries and outputs are
 * projected instead. EL-attention (arXiv:2105.04779). An encoder-decoder keeps M numbers of a token
 * then, and not 2 · H · D in each layer; a step takes M / D times as many products.
 *
 * <p>Where nothing tells what keys were projected from, it is dense attention.
 */
@Described(
    summary = "Exact cross attention over encoded states that layers, heads and beams share",
    source = "EL-Attention, arXiv:2105.04779")
public record ElCrossAttention() implements Attention {

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.noBias("el-cross", shape));
    if (shape.kind() != Site.Kind.CROSS) {
      reasons.add(
          "el-cross reads what an encoder gave, which self-attention does not have: use"
              + " per-site:cross=el-cross");
    }
    return reasons;
  }

  @Override
  public boolean readsSource() {
    return true;
  }

  @Override
  public boolean readsKeys() {
    return false;
  }

  @Override
  public boolean exact() {
    return true;
  }

  @Override
  public Attended attend(AttentionInput in) {
    return in.keySource()
        .map(source -> attend(in, source))
        .orElseGet(() -> new DenseAttention().attend(in));
  }

  private static Attended attend(AttentionInput in, KeySource source) {
    SourceOperators operators = SourceOperators.on(in.scope());
    NDArray query = operators.expand(in.scope(), in.query(), source.keyWeight()); // (B, H, T, M)
    NDArray hidden = source.hidden().expandDims(1); // (B, 1, S, M)
    hidden.attach(in.scope());
    AttentionInput expanded = in.withArrays(query, hidden, hidden, in.layout());
    return new SourceAttended(
        in, source, expanded, new FullAttended(expanded, values -> mixed(expanded, values)));
  }

  /** Values of one head are mixed for all queries of a sequence at once. */
  private static Result mixed(AttentionInput in, NDArray values) {
    AttentionOperators operators = AttentionOperators.on(in.scope().getDevice());
    int heads = (int) values.getShape().get(1);
    if (heads == 1 && in.mask().direction() == Direction.BIDIRECTIONAL) {
      return folded(in, values, operators);
    }
    try (NDManager local = in.scope().newSubManager()) {
      NDArray keys = in.key().repeat(1, heads); // (B, Hkv, S, M)
      keys.attach(local);
      return MaskedAttention.attend(
          in.withArrays(in.query(), keys, values, in.layout()), values, operators);
    }
  }

  private static Result folded(AttentionInput in, NDArray values, AttentionOperators operators) {
    long[] q = in.query().getShape().getShape(); // B, H, T, M
    int rows = Math.toIntExact(q[1] * q[2]);
    int[] all = new int[(int) q[0]];
    Arrays.fill(all, rows);
    AttentionMask mask =
        new AttentionMask(
            Direction.BIDIRECTIONAL, new int[all.length], all, in.mask().keyLengths());
    try (NDManager local = in.scope().newSubManager()) {
      NDArray query = in.query().reshape(q[0], 1, rows, q[3]); // (B, 1, H · T, M)
      query.attach(local);
      int keys = (int) in.key().getShape().get(2);
      AttentionInput one =
          new AttentionInput(
              query,
              in.key(),
              values,
              in.scale(),
              new Layout.Padded(all.length, rows, keys),
              mask,
              null,
              in.site(),
              local);
      Result result = MaskedAttention.attend(one, values, operators);
      long columns = values.getShape().get(3);
      NDArray output = result.output().reshape(q[0], q[1], q[2], columns); // (B, H, T, C)
      NDArray logSumExp = result.logSumExp().reshape(q[0], q[1], q[2]); // (B, H, T)
      output.attach(in.scope());
      logSumExp.attach(in.scope());
      return ResultParts.silenced(in, new Result(output, logSumExp));
    }
  }
}
