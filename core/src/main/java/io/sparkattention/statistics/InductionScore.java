package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How much a head looks at what followed the same word before: random words are read twice in the
 * same order, and the weights from the second time to one word further the first time are averaged.
 * Ji-An et al. 2024 (arXiv:2405.14992) compare these induction heads with human memory by the same
 * weights at other lags, whose curve follows from asking for several of them.
 *
 * <p>Head: from 0 to 1, where 1 is an induction head that does nothing else; an even head has about
 * 1 over the number of words. It is the model's, the same for every document. Document: mean over
 * the heads.
 *
 * @param lag words after the earlier occurrence that are looked at; 0 is the word itself
 * @param words that are repeated
 * @param texts that are read
 * @param seed of the words
 */
@Described(
    summary = "How much a head looks at what followed the same word before, in repeated words",
    source = "Ji-An et al. 2024, arXiv:2405.14992")
public record InductionScore(
    @Default(value = "1", means = "words after the earlier occurrence; 0 is the word itself")
        int lag,
    @Default(value = "32", means = "random words that are read twice") int words,
    @Default(value = "8", means = "texts") int texts,
    @Default(value = "0", means = "of the words") int seed)
    implements ModelStatistic {

  public InductionScore {
    OptionCheck check = new OptionCheck().atLeast(2, "words", words).atLeast(1, "texts", texts);
    if (Math.abs((long) lag) >= words) {
      check.problem("lag=" + lag + " must be nearer to 0 than words=" + words);
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
    return "Looking at a word does not show that the head copies it, for which see"
        + " operation-score, and random words are no text";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.HEAD);
  }

  @Override
  public List<String> unsupportedReasons(ExaminedModel model) {
    return PlantedTexts.unsupportedReasons(model, words, 2 * words);
  }

  @Override
  public long passes() {
    return texts;
  }

  @Override
  public Findings findings(ExaminedModel model) {
    PlantedTexts planted = new PlantedTexts(model, seed);
    double[][] scores = new double[model.layers()][model.heads()];
    for (int text = 0; text < texts; text++) {
      int[] once = planted.draw(words);
      int[] twice = new int[2 * words];
      System.arraycopy(once, 0, twice, 0, words);
      System.arraycopy(once, 0, twice, words, words);
      int[] ids = model.framed(twice).ids();
      try (ObservedLayers layers = model.observe(ids)) {
        int start = PlantedTexts.start(ids, twice);
        for (int layer = 0; layer < scores.length; layer++) {
          float[][][] weights = layers.weights(layer, start + words, start + 2 * words);
          for (int head = 0; head < weights.length; head++) {
            scores[layer][head] += mean(weights[head], start) / texts;
          }
        }
      }
    }
    return Findings.ofHeads(scores);
  }

  /** Of the rows of the second time: the mean weight {@code lag} words after the first time. */
  private double mean(float[][] rows, int start) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < words; i++) {
      if (i + lag >= 0 && i + lag < words) {
        sum += rows[i][start + i + lag];
        count++;
      }
    }
    return sum / count;
  }
}
