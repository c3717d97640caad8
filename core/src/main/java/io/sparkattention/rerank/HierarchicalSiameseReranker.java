package io.sparkattention.rerank;

import io.sparkattention.model.ChunkEmbedder;
import io.sparkattention.model.ChunkEmbedder.ChunkVectors;
import io.sparkattention.model.ChunkEmbedder.Head;
import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder.Role;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.List;
import java.util.Set;

/**
 * Long texts matched with long texts: query and passage are both read in short blocks, the blocks
 * of each are made into one vector, and the two are compared by their cosine; the order of the two
 * does not matter. The two levels are those of SMITH (Yang et al., 2020, arXiv:2004.12297), whose
 * second level is a trained Transformer over blocks; without such weights it is a pooling here:
 * {@code attn} weights blocks by the softmax of 10 times their cosine with the mean of all, which
 * is this library's reading. Blocks are of equally many tokens, where SMITH fills them with whole
 * sentences.
 *
 * <p>A block's vector is the model's embedding of it, or, with {@code layer} and {@code head}, the
 * sum of its tokens by how much each attends to itself there (Ditto, Chen et al., 2023,
 * arXiv:2305.10786, which found layer 1, head 10 best for BERT-base).
 */
@Described(
    summary =
        "Cosine of two long texts read in short blocks, pooled where SMITH trains a second level",
    source = "SMITH, arXiv:2004.12297; pooling by layer and head: Ditto, arXiv:2305.10786")
public record HierarchicalSiameseReranker(
    @Default(value = "34", means = "tokens of a block, special tokens included") int block,
    @Default(value = "avg", means = "how blocks become one vector: avg, max or attn")
        ChunkPooling by,
    @Default(
            value = "0",
            means = "layer, from 1, by whose attention tokens are weighted; 0 for the model's way")
        int layer,
    @Default(value = "0", means = "head of that layer, from 1; 0 for the model's way") int head)
    implements Reranker {

  /** Checks that layer and head are given both or neither. */
  public HierarchicalSiameseReranker {
    OptionCheck check =
        new OptionCheck()
            .atLeast(1, "block", block)
            .atLeast(0, "layer", layer)
            .atLeast(0, "head", head);
    if ((layer == 0) != (head == 0)) {
      check.problem("layer=" + layer + " and head=" + head + ": give both or neither");
    }
    check.done();
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.CHUNK_EMBEDDER);
  }

  @Override
  public List<List<Outcome<Relevance>>> score(List<RerankQuery> queries, RerankContext context) {
    ChunkEmbedder embedder = context.chunkEmbedder();
    TextComparison.Reader<ChunkVectors> reader = texts -> read(texts, embedder);
    return ChunkReading.compare(
        queries,
        reader,
        reader,
        (query, passage) -> Similarity.COSINE.of(pooled(query), pooled(passage)));
  }

  private List<ChunkVectors> read(List<String> texts, ChunkEmbedder embedder) {
    return layer == 0
        ? embedder.embedChunks(texts, Role.SYMMETRIC, block)
        : embedder.embedChunks(texts, Role.SYMMETRIC, block, new Head(layer, head));
  }

  private float[] pooled(ChunkVectors text) {
    float[] mean = ChunkPooling.mean(text.vectors());
    return by.pool(text.vectors(), ChunkReading.cosines(mean, text.vectors()));
  }
}
