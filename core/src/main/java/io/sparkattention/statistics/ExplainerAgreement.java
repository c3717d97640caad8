package io.sparkattention.statistics;

import io.sparkattention.statistics.matrix.RankCorrelation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How far statistics agree on which tokens, or heads, matter: Spearman's correlation of their
 * numbers within a document, and its mean over documents. Neely et al. 2022 (arXiv:2205.04559) find
 * that explanations hardly agree; so one that is read as an explanation is shown with its
 * correlation with {@link TokenAblation} or {@link HeadAblation}, which ask the model itself.
 * Agreement of two explanations does not show that either is right.
 *
 * <p>Only tokens that both have a number of count. Sums merge, so a corpus may be divided in any
 * way.
 */
public final class ExplainerAgreement implements Serializable {
  private static final long serialVersionUID = 1L;

  private final List<String> names;
  private final MeanInterval[][] correlations; // [first][second]

  /** Of no documents yet. */
  public ExplainerAgreement(List<String> names) {
    this.names = List.copyOf(names);
    correlations = new MeanInterval[names.size()][names.size()];
    for (MeanInterval[] row : correlations) {
      Arrays.fill(row, MeanInterval.NONE);
    }
  }

  /**
   * The agreement of two statistics.
   *
   * @param correlation over the documents in which both are defined and vary, from −1 to 1
   */
  public record Agreement(String first, String second, MeanInterval correlation) {}

  /**
   * Takes in a document.
   *
   * @param numbers of its tokens, or of its heads, by statistic; NaN where there is none
   */
  public void add(double[][] numbers) {
    for (int i = 0; i < numbers.length; i++) {
      for (int j = i + 1; j < numbers.length; j++) {
        double correlation = RankCorrelation.spearman(numbers[i], numbers[j]);
        correlations[i][j] = correlations[i][j].with(correlation);
      }
    }
  }

  /** Takes in what another has seen of the same statistics. */
  public void merge(ExplainerAgreement other) {
    if (!names.equals(other.names)) {
      throw new IllegalArgumentException(
          "agreement of " + other.names + " does not merge with that of " + names);
    }
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        correlations[i][j] = correlations[i][j].merge(other.correlations[i][j]);
      }
    }
  }

  /** All pairs that occurred together, in the order of their names. */
  public List<Agreement> agreements() {
    List<Agreement> agreements = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        if (correlations[i][j].count() > 0) {
          agreements.add(new Agreement(names.get(i), names.get(j), correlations[i][j]));
        }
      }
    }
    return List.copyOf(agreements);
  }
}
