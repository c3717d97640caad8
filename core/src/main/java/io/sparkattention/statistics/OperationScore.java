package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Which operation on words a head's parameters hold, without any text: for how many pairs of words
 * the second is among those that the head makes most likely when it attends to the first, by the
 * matrix W_E · W_V · W_O · W_U. Elhelo and Geva 2024 (arXiv:2412.11965) map heads so; Gould et al.
 * 2023 (arXiv:2312.09230) find heads that turn words into their successors.
 *
 * <p>Head: from 0 to 1. It is the model's, the same for every document. Embeddings serve in place
 * of W_U where a model has none; biases and norms are left out. Words of several tokens are left
 * out. Document: mean over the heads.
 *
 * @param operation which pairs of words
 * @param top how many of the most likely words count
 */
@Described(
    summary = "Which operation on words a head's parameters hold: copying or successors",
    source = "Elhelo and Geva 2024, arXiv:2412.11965; Gould et al. 2023, arXiv:2312.09230")
public record OperationScore(
    @Default(value = "successor", means = "successor (Monday to Tuesday, 1 to 2) or copy")
        Operation operation,
    @Default(value = "1", means = "most likely words that count") int top)
    implements ModelStatistic {

  /** Words in an order that everybody knows. */
  private static final List<String> SEQUENCES =
      List.of(
          "monday tuesday wednesday thursday friday saturday sunday",
          "january february march april may june july august september october november december",
          "one two three four five six seven eight nine ten eleven twelve",
          "first second third fourth fifth sixth seventh eighth ninth tenth",
          "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20");

  /** Pairs of words. */
  public enum Operation {
    /** A word and the next of its sequence. */
    SUCCESSOR,
    /** A word and itself. */
    COPY
  }

  public OperationScore {
    new OptionCheck().atLeast(1, "top", top).done();
  }

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.PARAMETERS;
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return ValueScale.share();
  }

  @Override
  public String caveat() {
    return "What a head would do to a word that it attends to does not show that it attends to"
        + " such words";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD);
  }

  @Override
  public Findings findings(ExaminedModel model) {
    ModelParameters parameters = model.parameters();
    int[][] pairs = pairs(model.tokenizer());
    double[][] scores = new double[parameters.layers()][parameters.heads()];
    try (HeadVocabulary vocabulary = new HeadVocabulary(parameters.scoring())) {
      for (int layer = 0; layer < scores.length; layer++) {
        for (int head = 0; head < scores[layer].length; head++) {
          scores[layer][head] = score(vocabulary, parameters, layer, head, pairs);
        }
      }
    }
    return Findings.ofHeads(scores);
  }

  /** The share of pairs whose second word is among the most likely; NaN without pairs. */
  double score(
      HeadVocabulary vocabulary, ModelParameters parameters, int layer, int head, int[][] pairs) {
    float[][] value = parameters.value(layer, head);
    float[][] output = parameters.output(layer, head);
    if (pairs.length == 0) {
      return Double.NaN;
    }
    float[][] moved = new float[pairs.length][];
    int[] asked = new int[pairs.length];
    for (int i = 0; i < pairs.length; i++) {
      moved[i] = HeadVocabulary.moved(parameters.words()[pairs[i][0]], value, output);
      asked[i] = pairs[i][1];
    }
    int[] ranks = vocabulary.ranks(moved, asked);
    return Arrays.stream(ranks).filter(rank -> rank < top).count() / (double) pairs.length;
  }

  /** The pairs whose words are single tokens, as ids. */
  private int[][] pairs(Tokenizer tokenizer) {
    List<int[]> pairs = new ArrayList<>();
    for (String sequence : SEQUENCES) {
      int before = -1;
      for (String word : sequence.split(" ")) {
        int[] ids = tokenizer.encodeContent(word).ids();
        boolean known = ids.length == 1 && ids[0] != tokenizer.specialTokens().unk().orElse(-1);
        int id = known ? ids[0] : -1;
        int from = operation == Operation.COPY ? id : before;
        if (from >= 0 && id >= 0) {
          pairs.add(new int[] {from, id});
        }
        before = id;
      }
    }
    return pairs.toArray(int[][]::new);
  }
}
