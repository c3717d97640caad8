package io.sparkattention.statistics;

import static java.util.Locale.ROOT;

import java.util.ArrayList;
import java.util.List;

/** What a plan computes with a model and about what it costs, in sentences for people. */
final class PlanAnnouncement {
  private PlanAnnouncement() {}

  static List<String> of(StatisticsPlan plan, ExaminedModel model) {
    List<String> lines = new ArrayList<>();
    plan.classes()
        .forEach(
            (kind, names) ->
                lines.add(
                    "%s (%s): %s; predicted: %s"
                        .formatted(
                            kind.name().toLowerCase(ROOT),
                            String.join(", ", names),
                            kind.cost(),
                            kind.predicted())));
    lines.addAll(passes(plan, model));
    lines.add(
        plan.classes().containsKey(StatisticClass.BOUNDED)
            ? "Texts are read once, and once more in pieces of at most %d tokens where the model reads"
                    .formatted(LayersStatistic.WINDOW)
                + " longer ones"
            : "Texts are read once");
    return lines;
  }

  /** How many forward passes the experiments take. */
  private static List<String> passes(StatisticsPlan plan, ExaminedModel model) {
    List<String> each = new ArrayList<>();
    List<String> once = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < plan.statistics().size(); i++) {
      String name = plan.names().get(i);
      if (plan.statistics().get(i) instanceof ExperimentStatistic experiment) {
        long passes = experiment.passes(model.layers() * model.heads(), model.maxTokens());
        each.add(name + " " + count(passes));
        sum += passes;
      } else if (plan.statistics().get(i) instanceof ModelStatistic ofModel
          && ofModel.passes() > 0) {
        once.add(name + " " + count(ofModel.passes()));
      }
    }
    List<String> lines = new ArrayList<>();
    if (!each.isEmpty()) {
      lines.add(
          "Further forward passes for each piece of a text, with %d x %d heads and %s tokens at most:"
                  .formatted(model.layers(), model.heads(), count(model.maxTokens()))
              + " %s; %s in all".formatted(String.join(", ", each), count(sum)));
    }
    if (!once.isEmpty()) {
      lines.add("Further forward passes once for the model: " + String.join(", ", once));
    }
    return lines;
  }

  private static String count(long number) {
    return String.format(ROOT, "%,d", number);
  }
}
