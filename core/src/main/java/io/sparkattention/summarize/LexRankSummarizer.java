package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.model.TextEmbedder;
import io.sparkattention.model.TextEmbedder.Embedding;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.text.Sentence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The sentences that most others resemble, without those that repeat one another.
 *
 * <p>LexRank (Erkan and Radev, 2004, arXiv:1109.2128) on the cosines of sentence embeddings in
 * place of those of word counts; then maximal marginal relevance (Carbonell and Goldstein, 1998,
 * "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing Summaries")
 * picks the sentences one by one. A sentence's score is its centrality; those of a document sum to
 * 1. Of equal sentences the earlier one is chosen.
 *
 * <p>Time grows with the square of the number of sentences, memory linearly: see {@link
 * SentenceGraph}.
 */
@Described(
    summary = "The sentences most central in a graph of embeddings, without repetitions",
    source = "LexRank, arXiv:1109.2128, with MMR (Carbonell and Goldstein, 1998)")
public record LexRankSummarizer(
    @Default(value = "3", means = "how many sentences a summary has") int sentences,
    @Default(value = "0.1", means = "cosines up to this one join no sentences, 0 or more, below 1")
        double threshold,
    @Default(value = "cosine", means = "what an edge weighs: its cosine, or unit for 1")
        EdgeWeight weight,
    @Default(value = "0.15", means = "chance to jump to any sentence, 0.01 to 1; the paper's d")
        double damping,
    @Default(
            value = "0.7",
            means = "share of centrality against novelty, 0 to 1; 1 ignores novelty")
        double lambda,
    @Default(value = "10000", means = "how many sentences of a document are read") int maxSentences)
    implements ExtractiveSummarizer {

  /** What an edge between two sentences weighs. */
  public enum EdgeWeight {
    /** Their cosine: the paper's continuous LexRank. */
    COSINE,
    /** One: the paper's LexRank with threshold. */
    UNIT
  }

  public LexRankSummarizer {
    List<String> problems = new ArrayList<>();
    require(sentences >= 1, "sentences must be at least 1, but is " + sentences, problems);
    require(
        threshold >= 0 && threshold < 1,
        "threshold must be at least 0 and below 1, but is " + threshold,
        problems);
    require(
        damping >= 0.01 && damping <= 1, "damping must be 0.01 to 1, but is " + damping, problems);
    require(lambda >= 0 && lambda <= 1, "lambda must be 0 to 1, but is " + lambda, problems);
    require(
        maxSentences >= 1, "max-sentences must be at least 1, but is " + maxSentences, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.EMBEDDER);
  }

  @Override
  public List<Outcome<Selection>> select(List<List<Sentence>> documents, SummarizeContext context) {
    TextEmbedder embedder = context.embedder();
    List<Outcome<List<Embedding>>> embedded =
        Outcome.ofEach(documents, batch -> embed(batch, embedder));
    List<Outcome<Selection>> selections = new ArrayList<>(documents.size());
    for (int i = 0; i < documents.size(); i++) {
      int size = documents.get(i).size();
      selections.add(embedded.get(i).then(embeddings -> choose(embeddings, size)));
    }
    return selections;
  }

  private List<List<Embedding>> embed(List<List<Sentence>> documents, TextEmbedder embedder) {
    List<String> texts =
        documents.stream()
            .flatMap(document -> document.stream().limit(maxSentences))
            .map(Sentence::text)
            .toList();
    List<Embedding> embeddings = embedder.embed(texts, TextEmbedder.Role.SYMMETRIC);
    List<List<Embedding>> grouped = new ArrayList<>(documents.size());
    int from = 0;
    for (List<Sentence> document : documents) {
      int to = from + Math.min(document.size(), maxSentences);
      grouped.add(embeddings.subList(from, to));
      from = to;
    }
    return grouped;
  }

  private Selection choose(List<Embedding> embeddings, int size) {
    List<float[]> vectors = embeddings.stream().map(Embedding::vector).toList();
    SentenceGraph graph = new SentenceGraph(vectors, threshold, weight);
    double[] centrality = graph.centrality(damping);
    int[] chosen = MarginalRelevance.choose(sentences, centrality, graph::cosines, lambda);
    List<Selection.Choice> choices =
        Arrays.stream(chosen).mapToObj(i -> new Selection.Choice(i, centrality[i])).toList();
    return new Selection(
        choices,
        embeddings.stream().mapToInt(Embedding::tokens).sum(),
        Arrays.stream(chosen).map(i -> embeddings.get(i).tokens()).sum(),
        embeddings.stream().mapToInt(Embedding::chunks).sum(),
        embeddings.size() < size || embeddings.stream().anyMatch(Embedding::truncated));
  }

  private static void require(boolean holds, String problem, List<String> problems) {
    if (!holds) {
      problems.add(problem);
    }
  }
}
