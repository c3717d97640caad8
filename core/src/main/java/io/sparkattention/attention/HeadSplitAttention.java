package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Heads that find things in the whole text read all of it, the others the first tokens and a
 * window. DuoAttention (arXiv:2410.10819); with {@code compensation} these others also read one key
 * that stands for all that they leave out, RazorAttention (arXiv:2407.15891). In grouped-query
 * attention the heads of a group go together.
 *
 * <p>A profile says which heads these are: a JSON file {@code {"scores": [[0.1, 0.9], …]}} with a
 * list for each layer and a number for each key and value head, of which the highest {@code share}
 * of the whole model read everything; layers beyond the last list do so with all heads. Without a
 * profile the share of each layer is drawn at random, as a control.
 */
@Described(
    summary = "Some heads read the whole text, the others first tokens and a window",
    source = "DuoAttention, arXiv:2410.10819; RazorAttention, arXiv:2407.15891")
public record HeadSplitAttention(
    @Default(
            value = "none",
            means =
                "JSON file with a score for each key and value head of each layer; none draws heads"
                    + " at random")
        String profile,
    @Default(value = "0.5", means = "share of the heads that read everything, from 0 to 1")
        double share,
    @Default(value = "64", means = "first tokens that every head reads") int sinks,
    @Default(value = "256", means = "tokens of the other heads' window") int window,
    @Default(
            value = "false",
            means = "whether the other heads read the mean of what they leave out")
        boolean compensation,
    @Default(value = "0", means = "of the random draw without a profile") int seed)
    implements Attention {

  private static final String NO_PROFILE = "none";

  public HeadSplitAttention {
    OptionCheck check = new OptionCheck();
    check.atLeast(0, "sinks", sinks).atLeast(1, "window", window);
    if (!(share >= 0 && share <= 1)) {
      check.problem("share=" + share + " must be from 0 to 1");
    }
    if (!profile.equals(NO_PROFILE)) {
      try {
        HeadProfile.load(profile);
      } catch (IllegalArgumentException e) {
        check.problem(e.getMessage());
      }
    }
    check.done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.selfOnly("head-split", shape));
    if (compensation && shape.positionBias()) {
      reasons.add(
          "head-split: the model adds a bias by position, which a mean of keys does not have: set"
              + " compensation=false");
    }
    if (!profile.equals(NO_PROFILE)) {
      reasons.addAll(
          HeadProfile.loaded(profile).unsupportedReasons(profile, shape.keyValueHeads()));
    }
    return reasons;
  }

  @Override
  public Weighting weighting() {
    return compensation ? Weighting.NORMALIZED : Weighting.SOFTMAX;
  }

  /** Numbers of the key and value heads of a layer that read everything, in order. */
  public long[] retrievalHeads(int layer, int keyValueHeads) {
    if (!profile.equals(NO_PROFILE)) {
      return HeadProfile.loaded(profile).highest(share, layer, keyValueHeads);
    }
    List<Integer> heads = new ArrayList<>(IntStream.range(0, keyValueHeads).boxed().toList());
    Collections.shuffle(heads, new Random(31L * seed + layer));
    return heads.stream()
        .limit(Math.round(share * keyValueHeads))
        .mapToLong(Integer::longValue)
        .sorted()
        .toArray();
  }

  @Override
  public Attended attend(AttentionInput in) {
    Attention[] mechanisms = new Attention[in.keyValueHeads()];
    Arrays.fill(mechanisms, streamingHeads());
    for (long head : retrievalHeads(in.site().layer(), in.keyValueHeads())) {
      mechanisms[(int) head] = new DenseAttention();
    }
    return JoinedHeads.attend(in, List.of(mechanisms));
  }

  private Attention streamingHeads() {
    SinkWindowAttention near = new SinkWindowAttention(sinks, window);
    return compensation ? new Compensated(near) : near;
  }

  /** The window with one key for the rest. */
  private record Compensated(SinkWindowAttention near) implements Attention {
    @Override
    public List<String> unsupportedReasons(AttentionShape shape) {
      return near.unsupportedReasons(shape);
    }

    @Override
    public Attended attend(AttentionInput in) {
      return CompensatedWindow.attend(in, near);
    }
  }
}
