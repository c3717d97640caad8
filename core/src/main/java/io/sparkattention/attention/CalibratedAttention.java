package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.HookOperators;
import io.sparkattention.tensor.Uploads;
import java.util.List;

/**
 * Takes weight from tokens inside the text that all queries attend to, and gives it to the others
 * in proportion to theirs. ACT (arXiv:2406.15765): such a sink receives more than {@code threshold}
 * times the mean, averaged over the queries of the call and the heads that share keys.
 *
 * <p>It shows only from a whole text: steps that make one more token are not changed.
 */
@Described(
    summary = "Another mechanism with less weight on sinks inside the text",
    source = "ACT, arXiv:2406.15765")
public record CalibratedAttention(
    @Default(value = "5", means = "times the mean that a sink receives at least") double threshold,
    @Default(value = "0.4", means = "what a sink keeps of its weight; 1 changes nothing")
        double share,
    @Default(value = "1", means = "first tokens, which stay as they are") int skipped,
    @Default(value = "dense", means = "the mechanism that attends") Attention of)
    implements Hook {

  public CalibratedAttention {
    OptionCheck check = new OptionCheck().atLeast(0, "skipped", skipped);
    if (!(threshold > 0 && Double.isFinite(threshold))) {
      check.problem("threshold=" + threshold + " must be more than 0");
    }
    if (!(share >= 0 && share <= 1)) {
      check.problem("share=" + share + " must be from 0 to 1");
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.normalized("calibrated", of, shape);
  }

  @Override
  public Weighting weighting() {
    return Weighting.NORMALIZED;
  }

  @Override
  public Attended attend(AttentionInput in) {
    Attended inner = Attentions.attend(of, in);
    if (in.site().phase() == Site.Phase.DECODE || share == 1) {
      return inner;
    }
    NDManager held = in.scope().newSubManager();
    try (NDManager local = held.newSubManager()) {
      int keys = (int) in.key().getShape().get(2);
      NDArray ones = local.ones(new Shape(keys, 1)); // (S, 1)
      try (AttentionMoments moments = inner.moments(ones)) {
        NDArray sinks = // (B, Hkv, S, 1)
            HookOperators.on(held)
                .sinks(
                    held,
                    moments.received(),
                    Uploads.of(local, in.mask().queryLengths()),
                    Uploads.of(local, in.mask().keyLengths()),
                    in.keyValueHeads(),
                    skipped,
                    threshold);
        return new ReweightedAttended(in, inner, sinks, share, held);
      }
    }
  }
}
