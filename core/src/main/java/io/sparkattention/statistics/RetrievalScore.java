package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How often a head finds what is to be copied: a needle of random words stands somewhere among
 * other random words and again at the end, and it counts for how many words of the second needle
 * the largest weight goes to the right word of the first. Wu et al. 2024 (arXiv:2404.15574) find
 * that less than 5 % of the heads of a language model do so, and that answers fail without them.
 *
 * <p>Head: from 0 to 1; heads above 0.1 are called retrieval heads. It is the model's, the same for
 * every document. The right word is the one that comes next in a model that reads from left to
 * right, which is to be copied next (the paper lets the model write it; here it is read), and the
 * same word in an encoder, whose weight to the token itself is left out. Document: mean over the
 * heads.
 *
 * @param words all words before the second needle
 * @param needle its words
 * @param texts that are read, with the needle at different depths
 * @param seed of the words
 */
@Described(
    summary = "How often a head finds what is to be copied from a needle among other words",
    source = "Wu et al. 2024, arXiv:2404.15574")
public record RetrievalScore(
    @Default(value = "200", means = "random words before the second needle, the first among them")
        int words,
    @Default(value = "10", means = "words of the needle") int needle,
    @Default(value = "10", means = "texts, with the needle at different depths") int texts,
    @Default(value = "0", means = "of the words") int seed)
    implements ModelStatistic {

  public RetrievalScore {
    OptionCheck check =
        new OptionCheck()
            .atLeast(2, "needle", needle)
            .atLeast(1, "texts", texts)
            .atLeast(2, "words", words);
    if (needle > words) {
      check.problem("needle=" + needle + " must be no more than words=" + words);
    }
    check.done();
  }

  @Override
  public StatisticClass statisticClass() {
    return StatisticClass.EXPERIMENT;
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return ValueScale.share();
  }

  @Override
  public String caveat() {
    return "In an encoder it shows that a head matches words, not that an answer depends on it";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD);
  }

  @Override
  public List<String> unsupportedReasons(ExaminedModel model) {
    return PlantedTexts.unsupportedReasons(model, words, words + needle);
  }

  @Override
  public long passes() {
    return texts;
  }

  @Override
  public Findings findings(ExaminedModel model) {
    PlantedTexts planted = new PlantedTexts(model, seed);
    int asked = 0;
    double[][] scores = new double[model.layers()][model.heads()];
    for (int text = 0; text < texts; text++) {
      int depth = texts == 1 ? 0 : (words - needle) * text / (texts - 1);
      int[] read = new int[words + needle];
      System.arraycopy(planted.draw(words), 0, read, 0, words);
      System.arraycopy(read, depth, read, words, needle);
      int[] ids = model.framed(read).ids();
      try (ObservedLayers layers = model.observe(ids)) {
        int start = PlantedTexts.start(ids, read);
        int next = PlantedTexts.readsLeftToRight(layers) ? 1 : 0;
        asked += needle - next;
        for (int layer = 0; layer < scores.length; layer++) {
          float[][][] rows = layers.weights(layer, start + words, start + words + needle - next);
          for (int head = 0; head < rows.length; head++) {
            for (int i = 0; i < rows[head].length; i++) {
              boolean found = largest(rows[head][i], start + words + i) == start + depth + i + next;
              scores[layer][head] += found ? 1 : 0;
            }
          }
        }
      }
    }
    for (double[] layer : scores) {
      for (int head = 0; head < layer.length; head++) {
        layer[head] /= asked;
      }
    }
    return Findings.ofHeads(scores);
  }

  /** The key with the largest weight, the query itself left aside. */
  private static int largest(float[] row, int itself) {
    int largest = -1;
    for (int s = 0; s < row.length; s++) {
      if (s != itself && (largest < 0 || row[s] > row[largest])) {
        largest = s;
      }
    }
    return largest;
  }
}
