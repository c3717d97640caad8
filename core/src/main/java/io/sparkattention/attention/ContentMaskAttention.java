package io.sparkattention.attention;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.HookOperators;
import io.sparkattention.tensor.Uploads;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads only the content: the share of the keys that receives most attention from all queries of
 * the call and all heads. Bottom-Up Summarization (arXiv:1808.10792), which learns to select; here
 * what another mechanism attends to selects. A query that reads nothing of it is not changed.
 */
@Described(
    summary = "Another mechanism over the tokens alone that receive most attention",
    source = "Bottom-Up Abstractive Summarization, arXiv:1808.10792")
public record ContentMaskAttention(
    @Default(value = "0.5", means = "share of the keys that is read; 1 changes nothing")
        double share,
    @Default(value = "dense", means = "the mechanism that attends") Attention of)
    implements Hook {

  public ContentMaskAttention {
    OptionCheck check = new OptionCheck();
    if (!(share > 0 && share <= 1)) {
      check.problem("share=" + share + " must be more than 0 and at most 1");
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.normalized("content-mask", of, shape));
    if (shape.direction() == Direction.CAUSAL) {
      reasons.add(
          "content-mask selects by what all queries read, of which a causal model hides some: use"
              + " it in an encoder or in cross attention");
    }
    return reasons;
  }

  @Override
  public Weighting weighting() {
    return Weighting.NORMALIZED;
  }

  @Override
  public Attended attend(AttentionInput in) {
    Attended inner = Attentions.attend(of, in);
    if (share == 1) {
      return inner;
    }
    NDManager held = in.scope().newSubManager();
    try (NDManager local = held.newSubManager()) {
      int keys = (int) in.key().getShape().get(2);
      NDArray ones = local.ones(new Shape(keys, 1)); // (S, 1)
      try (AttentionMoments moments = inner.moments(ones)) {
        NDArray dropped = // (B, Hkv, S, 1)
            HookOperators.on(held)
                .dropped(
                    held,
                    moments.received(),
                    Uploads.of(local, in.mask().keyLengths()),
                    in.keyValueHeads(),
                    share);
        return new ReweightedAttended(in, inner, dropped, 0, held);
      }
    }
  }
}
