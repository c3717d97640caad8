package io.sparkattention.attention;

import ai.djl.ndarray.NDManager;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Blocks of a text, such as passages, that read themselves alone, and last blocks, such as the
 * question, that read everything. Block-Attention (arXiv:2409.15355); with an instruction that all
 * blocks read, BlockRank (arXiv:2510.05396).
 *
 * <p>Cost is linear in the number of blocks. What is generated after a text belongs to its last
 * block.
 *
 * <p><b>Blocks that follow the text.</b> With {@code cut=lines} or {@code cut=paragraphs} a block
 * of a decoder ends where a line or a paragraph does, and no later than after {@code block} tokens,
 * so that a passage in its own line is a block wherever it stands. An encoder has nobody who tells.
 *
 * <p><b>Blocks that are known.</b> A block that reads itself alone has the same keys and values in
 * every text, but for the rotation of its keys. Decoders with rotary positions therefore keep those
 * of blocks that they have read, up to {@code keep}, and lay them into other texts, with the keys
 * turned to their places, in the place of reading them again. They do so where {@code instruction}
 * is 0, {@code last} is not, nobody watches and the cache keeps all keys as they are; otherwise
 * every text is read as a whole.
 */
@Described(
    summary = "Blocks that read themselves and an instruction; the last ones read everything",
    source = "Block-Attention, arXiv:2409.15355; BlockRank, arXiv:2510.05396",
    operatorOnly = true)
public record BlockDiagonalAttention(
    @Default(
            value = "tokens",
            means =
                "what else a block of a decoder ends with: tokens for nothing but their number,"
                    + " lines, or paragraphs")
        Cut cut,
    @Default(value = "256", means = "tokens of a block, the most where cut ends it earlier")
        int block,
    @Default(value = "0", means = "first tokens that every block reads") int instruction,
    @Default(value = "1", means = "last blocks of a text that read all of it") int last,
    @Default(
            value = "256",
            means =
                "the most MiB of keys and values that a decoder keeps of blocks for other texts, a"
                    + " quarter of the memory of texts at most; 0 to keep none")
        int keep)
    implements Attention {

  /** What a block ends with. */
  public enum Cut {
    /** An empty line, or the last of so many tokens. */
    PARAGRAPHS,
    /** The end of a line, or the last of so many tokens. */
    LINES,
    /** The last of so many tokens. */
    TOKENS
  }

  public BlockDiagonalAttention {
    OptionCheck check =
        new OptionCheck()
            .atLeast(1, "block", block)
            .atLeast(0, "instruction", instruction)
            .atLeast(0, "last", last)
            .atLeast(0, "keep", keep);
    if (cut != Cut.TOKENS && last == 0) {
      check.problem(
          "cut=%s needs a last block, to which all belongs that is generated: set last to 1 or more"
              .formatted(cut.name().toLowerCase(Locale.ROOT)));
    }
    check.done();
  }

  /** Blocks of so many tokens each. */
  public BlockDiagonalAttention(int block, int instruction, int last) {
    this(Cut.TOKENS, block, instruction, last, 256);
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.selfOnly("block-diagonal", shape));
    if (cut != Cut.TOKENS && shape.direction() == Direction.BIDIRECTIONAL) {
      reasons.add(
          "block-diagonal ends blocks with %s in decoders alone: set cut=tokens"
              .formatted(cut.name().toLowerCase(Locale.ROOT)));
    }
    return reasons;
  }

  /**
   * Where the blocks of a text begin.
   *
   * @param tokens of the text
   * @param breaks the line breaks behind each token, as of {@link TextBreaks}; asked for where they
   *     matter
   * @return ascending, the first is 0
   */
  public int[] starts(int tokens, Supplier<int[]> breaks) {
    int needed = cut == Cut.TOKENS ? 0 : cut == Cut.LINES ? 1 : 2;
    int[] behind = needed == 0 ? new int[tokens] : breaks.get();
    int[] starts = new int[tokens];
    int count = 1;
    for (int t = 1; t < tokens; t++) {
      boolean ends = needed > 0 && behind[t - 1] >= needed;
      if (ends || t - starts[count - 1] == block) {
        starts[count++] = t;
      }
    }
    return Arrays.copyOf(starts, Math.min(count, tokens));
  }

  @Override
  public boolean countsTokens() {
    return true;
  }

  @Override
  public Attended attend(AttentionInput in) {
    if (cut != Cut.TOKENS) {
      return whole(in.mask())
          ? new TextBlocks(this, in).attend()
          : new DenseAttention().attend(in); // behind the first blocks, all of which is read
    }
    int queries = (int) in.query().getShape().get(2);
    int keys = (int) in.key().getShape().get(2);
    int[] texts = texts(in);
    List<PatternSelection> blocks = new ArrayList<>();
    for (int from = 0; from < queries; from += block) {
      Span asked = new Span(from, Math.min(queries, from + block));
      blocks.add(
          new PatternSelection(
              in,
              asked,
              PatternSelection.spans(read(in.mask(), texts, asked), block, instruction, keys),
              (operators, scope, each) ->
                  operators.diagonal(scope, each, texts, block, instruction, last)));
    }
    int alone = DiagonalBlocks.queries(this, in);
    List<PatternSelection> others = blocks.subList(alone / block, blocks.size());
    NDManager selected = in.scope().newSubManager();
    return alone == 0
        ? new SelectedAttended(in, blocks, selected)
        : new SelectedAttended(
            in, blocks, selected, values -> DiagonalBlocks.attend(this, in, alone, others, values));
  }

  /** Whether texts are read from their beginnings; their line breaks may be told then. */
  private static boolean whole(AttentionMask mask) {
    return Arrays.equals(mask.queryLengths(), mask.keyLengths())
        && Arrays.stream(mask.queryOffsets()).allMatch(offset -> offset == 0);
  }

  /**
   * How long the texts are before anything is generated, as far as that is remembered: the first
   * step that makes one more token finds the whole text before it.
   */
  private int[] texts(AttentionInput in) {
    AttentionMask mask = in.mask();
    if (in.sequenceMemory().isEmpty()) {
      return mask.keyLengths();
    }
    KeptRows kept = in.sequenceMemory().get().of(this, in.site(), KeptRows.class, KeptRows::new);
    if (in.site().phase() == Site.Phase.PREFILL) {
      kept.know(new int[mask.batch()]);
      return mask.keyLengths();
    }
    int[] texts = new int[mask.batch()];
    Arrays.setAll(
        texts, b -> kept.known(b) > 0 ? kept.known(b) : Math.max(1, mask.queryOffsets()[b]));
    kept.know(texts);
    return texts;
  }

  /** The blocks that some queries of any sequence read. */
  private BitSet read(AttentionMask mask, int[] texts, Span queries) {
    BitSet read = new BitSet();
    for (int b = 0; b < mask.batch(); b++) {
      int offset = mask.queryOffsets()[b];
      int to = Math.min(queries.to(), mask.queryLengths()[b]);
      if (queries.from() >= to) {
        continue; // padding
      }
      int lastOfText = (texts[b] - 1) / block;
      int from = Math.min((offset + queries.from()) / block, lastOfText);
      int end = (offset + to - 1) / block;
      if (end > lastOfText - last) {
        read.set(0, (mask.keyLengths()[b] - 1) / block + 1);
      }
      read.set(from, end + 1);
    }
    return read;
  }
}
