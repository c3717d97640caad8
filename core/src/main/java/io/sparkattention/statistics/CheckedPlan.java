package io.sparkattention.statistics;

import io.sparkattention.attention.Weighting;
import io.sparkattention.model.AttentionReader;
import java.util.ArrayList;
import java.util.List;

/** A plan that a model can serve, with what its statistics say of the model alone. */
final class CheckedPlan {
  private final StatisticsPlan plan;
  private final ExaminedModel model;
  private StatisticsAccumulator ofModel; // null until it is needed

  /**
   * Checks that a model can serve a plan.
   *
   * @throws IllegalArgumentException with every reason why it cannot
   */
  CheckedPlan(AttentionReader reader, StatisticsPlan plan) {
    this.plan = plan;
    this.model = new ExaminedReader(reader, plan.rows());
    List<String> reasons = new ArrayList<>(plan.unsupportedReasons(reader.shape()));
    reasons.addAll(plan.unsupportedReasons(reader.model().site()));
    reasons.addAll(plan.unsupportedReasons(model));
    if (reader.model().mechanism().weighting() == Weighting.UNNORMALIZED) {
      reasons.add(
          "the attention's weights need not sum to 1, so that they have no entropy and no shares:"
              + " use one with normalized weights, such as dense");
    }
    if (!reasons.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", reasons));
    }
  }

  /** The model. */
  ExaminedModel model() {
    return model;
  }

  /** What will be computed and about what it costs, in sentences for people. */
  List<String> announcement() {
    return PlanAnnouncement.of(plan, model);
  }

  /** What is known of the model alone; computed when it is first asked for. */
  synchronized StatisticsAccumulator ofModel() {
    if (ofModel == null) {
      ofModel = new StatisticsAccumulator(plan);
      for (int i = 0; i < plan.statistics().size(); i++) {
        if (plan.statistics().get(i) instanceof ModelStatistic statistic) {
          ofModel.add(i, statistic.findings(model), 1);
        }
      }
    }
    return ofModel;
  }
}
