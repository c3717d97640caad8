package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Sentences that are informative and hold together: each is picked by how central it is and by how
 * many lexical chains tie it to the sentences beside it in the summary.
 *
 * <p>After arXiv:2402.10643, "Keep it Together: Enforcing Cohesion in Extractive Summaries by
 * Simulating Human Memory", whose reader has a few lexical chains in mind and the others in
 * long-term memory. Here a chain is a content word that several sentences have, in place of noun
 * phrases that a model finds alike; being informative is the cosine to the centroid of these words;
 * and maximal marginal relevance controls redundancy in one step, in place of one over blocks and
 * one over sentences. So no model is needed.
 *
 * <p>A sentence's score is {@code (1 - cohesion) * informative + cohesion * ties} when it was
 * picked: ties are the share of its chains that a reader of the summary has in mind at its place,
 * or meets in the next sentence; those that must be recalled count half.
 */
@Described(
    summary = "Central sentences that lexical chains hold together; needs no model",
    source = "arXiv:2402.10643, with chains of repeated content words")
public record CohesiveExtractSummarizer(
    @Default(value = "0.3", means = "share of cohesion against centrality, 0 to 1") double cohesion,
    @Default(value = "5", means = "how many lexical chains a reader has in mind, at least 1")
        int memory,
    @Default(value = "0.7", means = "share of both against novelty, 0 to 1; 1 ignores novelty")
        double lambda)
    implements ExtractiveSummarizer {

  public CohesiveExtractSummarizer {
    List<String> problems = new ArrayList<>();
    if (!(cohesion >= 0 && cohesion <= 1)) {
      problems.add("cohesion must be 0 to 1, but is " + cohesion);
    }
    if (memory < 1) {
      problems.add("memory must be at least 1, but is " + memory);
    }
    if (!(lambda >= 0 && lambda <= 1)) {
      problems.add("lambda must be 0 to 1, but is " + lambda);
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of();
  }

  @Override
  public List<Outcome<Selection>> select(List<SourceSentences> sources, SummarizeContext context) {
    return sources.stream().map(source -> Outcome.attempt(() -> choose(source))).toList();
  }

  private Selection choose(SourceSentences source) {
    TermVectors terms = TermVectors.of(source.texts());
    Reader reader = new Reader(terms, source.size());
    int[] chosen =
        MarginalRelevance.choose(source.allowance(), reader::relevance, terms::cosines, lambda);
    return Selection.withoutModel(chosen, reader.scores);
  }

  /** Reads what was picked, in the order of the source, and tells what each sentence would add. */
  private final class Reader {

    private final int[][] chains;
    private final double[] informative;
    private final double[] scores; // of picked sentences what they were picked for

    Reader(TermVectors terms, int size) {
      chains = new int[size][];
      Arrays.setAll(chains, terms::chains);
      informative = MarginalRelevance.ofHighest(terms.cosinesToMean());
      scores = new double[size];
    }

    double[] relevance(List<Integer> picked) {
      TreeSet<Integer> read = new TreeSet<>(picked);
      List<Integer> order = List.copyOf(read);
      List<WorkingMemory> memories = new ArrayList<>(); // before each sentence, and at the end
      memories.add(new WorkingMemory(memory));
      order.forEach(i -> memories.add(memories.get(memories.size() - 1).afterReading(chains[i])));
      int place = 0; // how many picked sentences stand before
      Set<Integer> next = chainsAt(order, place);
      for (int i = 0; i < scores.length; i++) {
        if (read.contains(i)) {
          next = chainsAt(order, ++place);
        } else {
          double ties = memories.get(place).ties(chains[i], next);
          scores[i] = (1 - cohesion) * informative[i] + cohesion * ties;
        }
      }
      return scores.clone();
    }

    private Set<Integer> chainsAt(List<Integer> order, int place) {
      return place == order.size()
          ? Set.of()
          : Arrays.stream(chains[order.get(place)]).boxed().collect(Collectors.toSet());
    }
  }
}
