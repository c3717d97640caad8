/**
 * Orders the candidate passages of queries, one strategy per file.
 *
 * <p>A {@link io.sparkattention.rerank.Reranker} takes many queries at once, so that a model reads
 * a passage that several queries share only once. A strategy scores; what all have in common stands
 * here once: which candidates can be scored at all, what becomes of those that cannot (they keep
 * their row, with an error, behind all others), and how ties are broken.
 *
 * <p>Strategies may be made of strategies: see {@link io.sparkattention.rerank.Members}. Where no
 * candidates are given, {@link io.sparkattention.rerank.Bm25FirstStage} and {@link
 * io.sparkattention.rerank.EmbeddingFirstStage} find them: exactly, in a stream of passages, in
 * parts whose {@link io.sparkattention.rerank.TopK} merge.
 *
 * <p>To add a strategy: a record with {@link io.sparkattention.registry.Described} that implements
 * {@link io.sparkattention.rerank.Reranker}, and its line in {@link
 * io.sparkattention.rerank.Rerankers}.
 */
package io.sparkattention.rerank;
