package io.sparkattention.summarize;

import io.sparkattention.model.ModelRole;
import io.sparkattention.model.Outcome;
import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The sentences whose tokens receive most attention, without those that repeat one another.
 *
 * <p>The attention of arXiv:2510.13554 that a token receives, here over the whole text, averaged
 * over layers and heads and then over the tokens of a sentence: that is the sentence's score, 1
 * where attention is uniform. Special tokens count nowhere. Maximal marginal relevance controls
 * redundancy, by the words that sentences share. What receives attention need not matter to a
 * reader: separators and names of many pieces receive much.
 *
 * <p>A document is read once, whole, in memory that grows linearly with it; one that is longer than
 * the model in overlapping chunks, unless the model's attention reads it whole.
 */
@Described(
    summary = "The sentences whose tokens receive most attention, without repetitions",
    source = "Received attention of arXiv:2510.13554, with MMR (Carbonell and Goldstein, 1998)")
public record AttentionSalienceSummarizer(
    @Default(value = "0.7", means = "share of attention against novelty, 0 to 1; 1 ignores novelty")
        double lambda)
    implements ExtractiveSummarizer {

  public AttentionSalienceSummarizer {
    MarginalRelevance.requireShare(lambda);
  }

  @Override
  public Set<ModelRole> needs() {
    return Set.of(ModelRole.ATTENTION);
  }

  @Override
  public List<Outcome<Selection>> select(List<SourceSentences> sources, SummarizeContext context) {
    TokenAttention attention = context.tokenAttention();
    List<Outcome<List<TokenAttention.Received>>> read =
        Outcome.ofEach(sources, batch -> read(batch, attention));
    List<Outcome<Selection>> selections = new ArrayList<>(sources.size());
    for (int i = 0; i < sources.size(); i++) {
      SourceSentences source = sources.get(i);
      selections.add(read.get(i).then(documents -> choose(source, documents)));
    }
    return selections;
  }

  private static List<List<TokenAttention.Received>> read(
      List<SourceSentences> sources, TokenAttention attention) {
    List<String> texts = sources.stream().flatMap(s -> s.source().texts().stream()).toList();
    List<TokenAttention.Received> received = attention.read(texts);
    List<List<TokenAttention.Received>> grouped = new ArrayList<>(sources.size());
    int from = 0;
    for (SourceSentences source : sources) {
      int to = from + source.source().texts().size();
      grouped.add(received.subList(from, to));
      from = to;
    }
    return grouped;
  }

  private Selection choose(SourceSentences source, List<TokenAttention.Received> documents) {
    int[] tokens = new int[source.size()];
    double[] scores = scores(source, documents, tokens);
    TermVectors terms = TermVectors.of(source.texts());
    int[] chosen =
        MarginalRelevance.choose(
            source.allowance(), MarginalRelevance.ofHighest(scores), terms::cosines, lambda);
    return new Selection(
        Selection.choices(chosen, scores),
        documents.stream().mapToInt(TokenAttention.Received::tokens).sum(),
        Arrays.stream(chosen).map(i -> tokens[i]).sum(),
        documents.stream().mapToInt(TokenAttention.Received::chunks).sum(),
        false);
  }

  /** The mean over each sentence's tokens, which are counted too; 0 for one without tokens. */
  private static double[] scores(
      SourceSentences source, List<TokenAttention.Received> documents, int[] tokens) {
    double[] scores = new double[source.size()];
    int document = -1;
    int next = 0; // token of the document that is looked at
    for (int i = 0; i < scores.length; i++) {
      SourceSentences.Placed placed = source.sentences().get(i);
      next = placed.document() == document ? next : 0;
      document = placed.document();
      Tokens content = documents.get(document).content();
      double[] received = documents.get(document).received();
      double sum = 0;
      for (; next < content.length() && content.starts()[next] < placed.sentence().end(); next++) {
        if (content.starts()[next] >= placed.sentence().start()) {
          sum += received[next];
          tokens[i]++;
        }
      }
      scores[i] = tokens[i] == 0 ? 0 : sum / tokens[i];
    }
    return scores;
  }
}
