package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How much the embedding of a sequence needs a token: how far it moves when the token is hidden.
 * Abnar and Zuidema 2020 (arXiv:2005.00928) hold flow and rollout against it, which is what every
 * statistic that is read as an explanation should be held against (Jain and Wallace 2019,
 * arXiv:1902.10186): see {@link ExplainerAgreement}.
 *
 * <p>Token: 1 − the cosine of the sequence's embeddings, the mean over its tokens, before and after
 * it was replaced by the mask (or the unknown) token, from 0 to 2. Special tokens, and those
 * outside the sample, have none. One forward pass for each token of the sample.
 *
 * @param tokens how many of a sequence's tokens are hidden, evenly spread; 0 for all
 */
@Described(
    summary = "How much embeddings need a token: how far they move when it is hidden",
    source = "Abnar and Zuidema 2020, arXiv:2005.00928")
public record TokenAblation(
    @Default(value = "32", means = "tokens of a sequence that are hidden, one by one; 0 for all")
        int tokens)
    implements ExperimentStatistic {

  /** Sequences that are read together. */
  private static final int BATCH = 16;

  public TokenAblation {
    new OptionCheck().atLeast(0, "tokens", tokens).done();
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return new ValueScale("1 − cosine", 0, 2);
  }

  @Override
  public String caveat() {
    return "A hidden token leaves a text that the model was not trained for, and words that say"
        + " the same stand in for each other";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.TOKEN);
  }

  @Override
  public List<String> unsupportedReasons(ExaminedModel model) {
    return model.blank().isPresent()
        ? List.of()
        : List.of(
            "the tokenizer has neither a mask nor an unknown token to hide others with: leave it"
                + " out");
  }

  @Override
  public long passes(int heads, int length) {
    return 1L + (tokens == 0 ? length : Math.min(tokens, length));
  }

  @Override
  public Findings findings(ExaminedModel model, Tokens sequence) {
    int blank = model.blank().orElseThrow();
    double[] changes = new double[sequence.length()];
    Arrays.fill(changes, Double.NaN);
    PooledChange change = new PooledChange(model, sequence.ids());
    List<Integer> sample = sample(sequence);
    for (int from = 0; from < sample.size(); from += BATCH) {
      List<Integer> hidden = sample.subList(from, Math.min(sample.size(), from + BATCH));
      List<int[]> texts = new ArrayList<>();
      for (int token : hidden) {
        int[] ids = sequence.ids().clone();
        ids[token] = blank;
        texts.add(ids);
      }
      List<float[][]> read = model.activations(texts);
      for (int i = 0; i < read.size(); i++) {
        changes[hidden.get(i)] = change.of(read.get(i));
      }
    }
    return Findings.ofTokens(changes);
  }

  private List<Integer> sample(Tokens sequence) {
    List<Integer> content = new ArrayList<>();
    for (int t = 0; t < sequence.length(); t++) {
      if (!sequence.isSpecial(t)) {
        content.add(t);
      }
    }
    if (tokens == 0 || tokens >= content.size()) {
      return content;
    }
    List<Integer> sample = new ArrayList<>();
    for (int i = 0; i < tokens; i++) {
      sample.add(content.get((int) ((2L * i + 1) * content.size() / (2L * tokens))));
    }
    return sample;
  }
}
