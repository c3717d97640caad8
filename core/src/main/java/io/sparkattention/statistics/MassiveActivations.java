package io.sparkattention.statistics;

import io.sparkattention.registry.Default;
import io.sparkattention.registry.Described;
import io.sparkattention.registry.OptionCheck;
import io.sparkattention.statistics.matrix.MassiveValues;
import io.sparkattention.text.Tokens;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Activations that are far larger than all others: of size more than 100 and at least 1,000 times
 * the median size of their layer. Sun et al. 2024 (arXiv:2402.17762) find a few in most large
 * models, always at the same dimensions and on first and delimiter tokens, which then draw
 * attention.
 *
 * <p>Token: its largest activation over the median size of the layer, over all layers. Document:
 * how many massive activations a sequence has, in all layers. Hidden states are those after the
 * embeddings and after each layer; models that normalize after each layer can hardly have any.
 *
 * @param least size
 * @param ratio to the median size of the layer
 */
@Described(
    summary = "Activations far larger than all others, and the tokens that have them",
    source = "Sun et al. 2024, arXiv:2402.17762")
public record MassiveActivations(
    @Default(value = "100", means = "the size that an activation must exceed") double least,
    @Default(value = "1000", means = "its least ratio to the median size of the layer")
        double ratio)
    implements ExperimentStatistic {

  public MassiveActivations {
    OptionCheck check = new OptionCheck();
    if (!(least >= 0)) {
      check.problem("least=" + least + " must be 0 or more");
    }
    if (!(ratio >= 1)) {
      check.problem("ratio=" + ratio + " must be 1 or more");
    }
    check.done();
  }

  @Override
  public ValueScale scale(StatisticLevel level) {
    return level == StatisticLevel.TOKEN
        ? ValueScale.positive("of the median size")
        : ValueScale.positive("activations");
  }

  @Override
  public String caveat() {
    return "A large activation does not show that its token has a meaning of its own: they act as"
        + " fixed biases";
  }

  @Override
  public Set<StatisticLevel> levels() {
    return EnumSet.of(StatisticLevel.DOCUMENT, StatisticLevel.TOKEN);
  }

  @Override
  public long passes(int heads, int tokens) {
    return 1;
  }

  @Override
  public Findings findings(ExaminedModel model, Tokens sequence) {
    double[] largest = new double[sequence.length()];
    int count = 0;
    List<float[][]> states = model.hiddenStates(sequence.ids());
    for (float[][] hidden : states) {
      double median = MassiveValues.medianSize(hidden);
      for (int t = 0; t < largest.length; t++) {
        for (float x : hidden[t]) {
          largest[t] = Math.max(largest[t], Math.abs(x) / median);
        }
      }
      count += MassiveValues.activations(hidden, least, ratio).size();
    }
    return Findings.ofTokens(largest).withDocument(count);
  }
}
