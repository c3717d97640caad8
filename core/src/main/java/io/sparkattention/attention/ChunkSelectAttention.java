package io.sparkattention.attention;

import io.sparkattention.attention.Renumbering.Form;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.tensor.BlockMemoryOperators.Summary;
import java.util.ArrayList;
import java.util.List;

/**
 * Every key head reads the first chunk, the last ones, and the chunks between that suit it best.
 * LongHeads (arXiv:2402.10685).
 *
 * <p>A chunk stands for its keys, pooled by attention: here by that of their mean, where the paper
 * takes the mean of what the chunk's own queries read. A text that is read at once chooses by the
 * means of chunks.
 *
 * <p>With {@code positions=renumbered} the keys that are read are numbered anew, as in the paper,
 * so that a text may be longer than those of the training: in the order of the text and without a
 * gap, up to the first of the queries that chose them together. Chunks are then chosen as if each
 * of their keys stood a chunk before the query. With {@code text}, the default, which no position
 * encoding rules out, keys keep their positions.
 */
@Described(
    summary = "The first chunk, the last and those between that suit a head best",
    source = "LongHeads, arXiv:2402.10685")
public record ChunkSelectAttention(
    @Default(value = "256", means = "keys of a chunk") int chunk,
    @Default(value = "8", means = "chunks that a head reads, the first and the last included")
        int chunks,
    @Default(
            value = "text",
            means =
                "where keys stand that are read: at their places in the text, or without a gap"
                    + " before the queries that chose them")
        Positions positions)
    implements Attention {

  public ChunkSelectAttention {
    new OptionCheck().atLeast(1, "chunk", chunk).atLeast(3, "chunks", chunks).done();
  }

  @Override
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>(Reasons.unbiased("chunk-select", shape));
    reasons.addAll(Reasons.renumbered("chunk-select", positions, shape));
    return reasons;
  }

  @Override
  public boolean countsTokens() {
    return positions == Positions.RENUMBERED;
  }

  @Override
  public Attended attend(AttentionInput in) {
    Renumbering renumbering =
        positions == Positions.RENUMBERED ? new Renumbering(Form.CLOSED_UP, chunk) : null;
    return new RetrievedBlocks(
            this, chunk, chunks - 2, 1, chunk, Summary.POOLED, chunk, renumbering)
        .attend(in);
  }
}
