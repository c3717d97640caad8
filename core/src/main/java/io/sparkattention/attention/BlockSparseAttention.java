package io.sparkattention.attention;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Blocks of queries that read the block before, their own and the next, the first and the last one,
 * and random ones; the first and the last block read the whole text. BigBird (arXiv:2007.14062).
 *
 * <p>As transformers evaluates BigBird, every random block is the first one: its keys count once
 * more for each. Texts of at most 5 + 2 · random blocks are read whole.
 */
@Described(
    summary = "Blocks that read their neighbours, the first and the last block",
    source = "BigBird, arXiv:2007.14062")
public record BlockSparseAttention(
    @Default(value = "64", means = "tokens of a block") int block,
    @Default(value = "3", means = "how many times more the first block counts") int random)
    implements Attention {

  /** Blocks that a text has at most to be read whole, beside two for each random one. */
  private static final int WHOLE = 5;

  public BlockSparseAttention {
    new OptionCheck().atLeast(1, "block", block).atLeast(0, "random", random).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.selfOnly("block-sparse", shape));
    if (shape.direction() == Direction.CAUSAL) {
      reasons.add("block-sparse reads what comes after a query: use sink-window in a decoder");
    }
    if (shape.positionBias()) {
      reasons.add("block-sparse adds no bias by position: use window-global for such models");
    }
    return reasons;
  }

  @Override
  public Attended attend(AttentionInput in) {
    int tokens = (int) in.query().getShape().get(2);
    List<BlockSelection> blocks = new ArrayList<>();
    for (int from = 0; from < tokens; from += block) {
      Span queries = new Span(from, Math.min(tokens, from + block));
      blocks.add(new BlockSelection(in, queries, keys(in.mask(), from / block, tokens), this));
    }
    return new SelectedAttended(in, blocks, in.scope().newSubManager());
  }

  /** Whether a text is read whole. */
  boolean readsWhole(int length) {
    return length <= (WHOLE + 2 * random) * block;
  }

  /** Whether a block of queries reads all keys of a text. */
  private boolean readsAll(int number, int length) {
    return readsWhole(length) || number == 0 || number == (length - 1) / block;
  }

  /** The keys that a block of queries reads in any of the texts. */
  private List<Span> keys(AttentionMask mask, int number, int tokens) {
    if (Arrays.stream(mask.keyLengths()).anyMatch(length -> readsAll(number, length))) {
      return List.of(new Span(0, tokens));
    }
    IntStream near = IntStream.of(0, number - 1, number, number + 1);
    IntStream last = Arrays.stream(mask.keyLengths()).map(length -> (length - 1) / block);
    int[] numbers =
        IntStream.concat(near, last)
            .filter(each -> each >= 0 && each * block < tokens)
            .sorted()
            .distinct()
            .toArray();
    List<Span> spans = new ArrayList<>();
    for (int each : numbers) {
      int end = Math.min(tokens, (each + 1) * block);
      int before = spans.size() - 1;
      if (before >= 0 && spans.get(before).to() == each * block) {
        spans.set(before, new Span(spans.get(before).from(), end));
      } else {
        spans.add(new Span(each * block, end));
      }
    }
    return spans;
  }
}
