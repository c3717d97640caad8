package io.sparkattention.jobs.job;

import io.sparkattention.evaluate.Metric;
import io.sparkattention.evaluate.Metrics;
import io.sparkattention.evaluate.RankingMetric;
import io.sparkattention.evaluate.SourceMetric;
import io.sparkattention.evaluate.TextMetric;
import io.sparkattention.jobs.input.EvaluationInputs;
import io.sparkattention.model.ModelRole;
import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.config.JobSettings;
import io.sparkattention.udfs.config.Problems;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Metrics by what they compare.
 *
 * @param all of them, in the order in which they were asked for
 */
record MetricKinds(List<Metric> all) {

  MetricKinds {
    all = List.copyOf(all);
  }

  /** Those that compare summaries with references. */
  List<TextMetric> ofTexts() {
    return of(TextMetric.class);
  }

  /** Those that compare summaries with their documents. */
  List<SourceMetric> ofSources() {
    return of(SourceMetric.class);
  }

  /** Those that compare rankings with judgements. */
  List<RankingMetric> ofRankings() {
    return of(RankingMetric.class);
  }

  private <T extends Metric> List<T> of(Class<T> kind) {
    return all.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** What they need a model for. */
  Set<ModelRole> needs() {
    Set<ModelRole> needs = EnumSet.noneOf(ModelRole.class);
    all.forEach(metric -> needs.addAll(metric.needs()));
    return needs;
  }

  /** The names of all numbers, in their order. */
  List<String> columns() {
    return columns(all);
  }

  /** The names of the numbers that are reported first, one per metric. */
  Set<String> leading() {
    return all.stream().map(Metrics::label).collect(Collectors.toUnmodifiableSet());
  }

  static List<String> columns(List<? extends Metric> metrics) {
    return metrics.stream().flatMap(metric -> Metrics.columns(metric).stream()).toList();
  }

  /** Notes inputs that the metrics lack or leave unread. */
  boolean fit(JobSettings settings, Problems problems) {
    boolean references = settings.optional(EvaluationInputs.REFERENCES).isPresent();
    boolean sources = settings.optional(EvaluationInputs.SOURCES).isPresent();
    if (!ofRankings().isEmpty() && ofRankings().size() < all.size()) {
      problems.add(
          "--metrics mixes "
              + labels(ofRankings())
              + " of rankings with "
              + labels(all.stream().filter(m -> !(m instanceof RankingMetric)).toList())
              + " of summaries: run evaluate once for each");
      return false;
    }
    return fits(references, EvaluationInputs.REFERENCES, with(TextMetric.class), problems)
        & fits(sources, EvaluationInputs.SOURCES, ofSources(), problems);
  }

  /** Those of a kind, or of rankings, which are compared with references too. */
  private List<Metric> with(Class<? extends Metric> kind) {
    return all.stream()
        .filter(metric -> kind.isInstance(metric) || metric instanceof RankingMetric)
        .toList();
  }

  private boolean fits(
      boolean given, JobOption<String> input, List<? extends Metric> readers, Problems problems) {
    if (!given && !readers.isEmpty()) {
      problems.add("--" + input.name() + " is missing: " + labels(readers) + " cannot do without");
    }
    if (given && readers.isEmpty()) {
      problems.add("--" + input.name() + " is read by none of " + labels(all) + ": leave it out");
    }
    return given != readers.isEmpty();
  }

  private static String labels(List<? extends Metric> metrics) {
    return metrics.stream().map(Metrics::label).collect(Collectors.joining(", "));
  }
}
