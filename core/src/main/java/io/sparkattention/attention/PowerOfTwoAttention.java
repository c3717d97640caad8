package io.sparkattention.attention;

import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.Span;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Blocks that read the blocks near them, those at distances of 1, 2, 4, 8 and so on, and the first
 * tokens: what a token sees through the layers below doubles with each of them, without gaps.
 * PowerAttention (arXiv:2503.03588).
 *
 * <p>The paper's pattern looks back; in an encoder blocks are read on both sides. A block reads a
 * number of blocks that is logarithmic in the length of the text.
 */
@Described(
    summary = "A window, the blocks at distances that are powers of two, and the first tokens",
    source = "PowerAttention, arXiv:2503.03588",
    operatorOnly = true)
public record PowerOfTwoAttention(
    @Default(value = "128", means = "tokens of a block") int block,
    @Default(value = "2", means = "neighbouring blocks on a side that are read, its own included")
        int near,
    @Default(value = "128", means = "first tokens that every query reads") int sinks)
    implements Attention {

  public PowerOfTwoAttention {
    new OptionCheck()
        .atLeast(1, "block", block)
        .atLeast(1, "near", near)
        .atLeast(0, "sinks", sinks)
        .done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    return Reasons.selfOnly("power-of-two", shape);
  }

  @Override
  public Attended attend(AttentionInput in) {
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    List<PatternSelection> blocks = new ArrayList<>();
    for (int from = 0; from < queries; from += block) {
      Span asked = new Span(from, Math.min(queries, from + block));
      List<Span> spans = PatternSelection.spans(read(in.mask(), asked, keys), block, sinks, keys);
      blocks.add(
          new PatternSelection(
              in,
              asked,
              spans,
              (operators, scope, each) -> operators.powers(scope, each, block, near, sinks)));
    }
    NDManager selected = in.scope().newSubManager();
    return PowersOfTwo.serves(this, in)
        ? new SelectedAttended(in, blocks, selected, values -> PowersOfTwo.attend(this, in, values))
        : new SelectedAttended(in, blocks, selected);
  }

  /** The blocks that some queries of any sequence read. */
  private BitSet read(AttentionMask mask, Span queries, int keys) {
    BitSet read = new BitSet();
    for (int offset : mask.queryOffsets()) {
      int first = (offset + queries.from()) / block;
      int end = (offset + queries.to() - 1) / block;
      read.or(blocks(first, end, (keys - 1) / block, mask.direction()));
    }
    return read;
  }

  /** The blocks that some neighbouring blocks of queries read, first keys aside. */
  BitSet blocks(int first, int end, int last, Direction direction) {
    BitSet read = new BitSet();
    boolean ahead = direction == Direction.BIDIRECTIONAL;
    for (int own = first; own <= end; own++) {
      read.set(Math.max(0, own - near + 1), (ahead ? Math.min(last, own + near - 1) : own) + 1);
      for (int distance = 1; distance <= last; distance *= 2) {
        if (own - distance >= 0) {
          read.set(own - distance);
        }
        if (ahead && own + distance <= last) {
          read.set(own + distance);
        }
      }
    }
    return read;
  }
}
