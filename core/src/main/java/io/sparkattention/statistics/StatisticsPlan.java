package io.sparkattention.statistics;

import static java.util.Locale.ROOT;

import io.sparkattention.attention.AttentionShape;
import io.sparkattention.model.WatchedSite;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The statistics that are to be computed together, in their order.
 *
 * @param statistics at least one, each at most once
 * @param rows which queries of a sequence are looked at row by row
 * @param experimental whether numbers that mean nothing for the model at hand are given all the
 *     same
 */
public record StatisticsPlan(
    List<AttentionStatistic> statistics, RowSample rows, boolean experimental)
    implements Serializable {

  /** A plan with the usual sample of rows. */
  public StatisticsPlan(List<AttentionStatistic> statistics) {
    this(statistics, RowSample.USUAL, false);
  }

  public StatisticsPlan {
    statistics = List.copyOf(statistics);
    if (statistics.isEmpty()) {
      throw new IllegalArgumentException("no statistic was asked for: name at least one");
    }
    Set<String> once = new HashSet<>();
    Set<String> again = new TreeSet<>();
    for (AttentionStatistic statistic : statistics) {
      String spec = AttentionStatistics.REGISTRY.format(statistic);
      if (!once.add(spec)) {
        again.add(spec);
      }
    }
    if (!again.isEmpty()) {
      throw new IllegalArgumentException(
          "asked for more than once: " + String.join(", ", again) + "; name each statistic once");
    }
  }

  /**
   * Reads specs such as {@code entropy} and {@code sink-rate:k=1,epsilon=0.3}.
   *
   * @throws IllegalArgumentException with every reason of every spec
   */
  public static StatisticsPlan of(List<String> specs) {
    List<AttentionStatistic> statistics = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (String spec : specs) {
      try {
        statistics.add(AttentionStatistics.REGISTRY.parse(spec));
      } catch (IllegalArgumentException e) {
        problems.add(e.getMessage());
      }
    }
    if (problems.isEmpty()) {
      return new StatisticsPlan(statistics);
    }
    throw new IllegalArgumentException(String.join("; ", problems));
  }

  /** Every reason of every statistic why it makes no sense for such an attention. */
  public List<String> unsupportedReasons(AttentionShape shape) {
    List<String> reasons = new ArrayList<>();
    for (AttentionStatistic statistic : statistics) {
      String spec = AttentionStatistics.REGISTRY.format(statistic);
      statistic.unsupportedReasons(shape).forEach(reason -> reasons.add(spec + ": " + reason));
    }
    return reasons;
  }

  /** Every reason of every statistic why it has nothing to say of a site. */
  List<String> unsupportedReasons(WatchedSite site) {
    List<String> reasons = new ArrayList<>();
    for (AttentionStatistic statistic : statistics) {
      String spec = AttentionStatistics.REGISTRY.format(statistic);
      reason(statistic, site).ifPresent(reason -> reasons.add(spec + ": " + reason));
    }
    return reasons;
  }

  private static Optional<String> reason(AttentionStatistic statistic, WatchedSite site) {
    StatisticClass kind = statistic.statisticClass();
    boolean ofLayers = statistic instanceof LayersStatistic;
    if (site == WatchedSite.CROSS && ofLayers) {
      return Optional.of("it reads the layers of one sequence: use site self or decoder");
    }
    if (site == WatchedSite.GENERATION && (ofLayers || kind == StatisticClass.COLUMN)) {
      return Optional.of(
          "it looks at all queries of a text, of which a step has one: use site self");
    }
    boolean reads = statistic instanceof ExperimentStatistic || kind == StatisticClass.EXPERIMENT;
    boolean writes = site == WatchedSite.CROSS || site == WatchedSite.DECODER;
    boolean ofText = site == WatchedSite.GENERATION && statistic instanceof ExperimentStatistic;
    if (reads && writes || ofText) {
      return Optional.of("it has the model read further texts: use site self");
    }
    if (site == WatchedSite.DECODER
        && statistic instanceof HeadStatistic head
        && head.readsMarks()) {
      return Optional.of("nothing of what is written is marked: use site cross or self");
    }
    return Optional.empty();
  }

  /** Every reason of every statistic why such a model cannot give its numbers. */
  List<String> unsupportedReasons(ExaminedModel model) {
    List<String> reasons = new ArrayList<>();
    for (AttentionStatistic statistic : statistics) {
      String spec = AttentionStatistics.REGISTRY.format(statistic);
      statistic.unsupportedReasons(model).forEach(reason -> reasons.add(spec + ": " + reason));
      if (!experimental) {
        statistic.meaninglessReasons(model).forEach(reason -> reasons.add(spec + ": " + reason));
      }
    }
    return reasons;
  }

  /**
   * One name per statistic, in their order: the registry's, or the whole spec where the plan holds
   * several of that name.
   */
  public List<String> names() {
    List<String> specs = statistics.stream().map(AttentionStatistics.REGISTRY::format).toList();
    List<String> bare = specs.stream().map(spec -> spec.split(":", 2)[0]).toList();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      String name = bare.get(i);
      boolean alone = bare.stream().filter(name::equals).count() == 1;
      names.add(alone ? name : specs.get(i));
    }
    return names;
  }

  /**
   * The classes of the statistics with the names in each: {@link StatisticClass#cost} says what
   * each class adds to the forward pass, however many statistics it holds.
   */
  public Map<StatisticClass, List<String>> classes() {
    Map<StatisticClass, List<String>> classes = new TreeMap<>();
    List<String> names = names();
    for (int i = 0; i < names.size(); i++) {
      classes
          .computeIfAbsent(statistics.get(i).statisticClass(), c -> new ArrayList<>())
          .add(names.get(i));
    }
    return classes;
  }

  /**
   * How often a text is read, and what is computed each time: once for everything, and once more in
   * shorter pieces for bounded statistics where the model reads longer ones.
   *
   * @param maxTokens the longest sequence that the model reads at once
   */
  public List<StatisticsPass> passes(int maxTokens) {
    List<Integer> free = new ArrayList<>();
    List<Integer> bounded = new ArrayList<>();
    for (int i = 0; i < statistics.size(); i++) {
      boolean narrow = statistics.get(i).statisticClass() == StatisticClass.BOUNDED;
      (narrow && maxTokens > LayersStatistic.WINDOW ? bounded : free).add(i);
    }
    List<StatisticsPass> passes = new ArrayList<>();
    if (!free.isEmpty()) {
      passes.add(new StatisticsPass(this, free, maxTokens));
    }
    if (!bounded.isEmpty()) {
      passes.add(new StatisticsPass(this, bounded, LayersStatistic.WINDOW));
    }
    return List.copyOf(passes);
  }

  /** Every reason why it has no numbers of a level; empty if each statistic has. */
  public List<String> unsupportedReasons(StatisticLevel level) {
    List<String> reasons = new ArrayList<>();
    for (AttentionStatistic statistic : statistics) {
      if (!statistic.levels().contains(level)) {
        List<String> levels =
            statistic.levels().stream()
                .sorted()
                .map(each -> each.name().toLowerCase(ROOT))
                .toList();
        reasons.add(
            AttentionStatistics.REGISTRY.format(statistic)
                + ": it has no numbers of level "
                + level.name().toLowerCase(ROOT)
                + ": use one of "
                + String.join(", ", levels));
      }
    }
    return reasons;
  }

  /** The names of the statistics whose numbers of a level are read as explanations. */
  public List<String> explaining(StatisticLevel level) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < statistics.size(); i++) {
      if (statistics.get(i).explains(level)) {
        names.add(names().get(i));
      }
    }
    return names;
  }

  /** The columns of all statistics, without repetition; never empty. */
  List<PositionColumn> columns() {
    Set<PositionColumn> columns = new LinkedHashSet<>();
    columns.add(PositionColumn.ONE);
    of(HeadStatistic.class).forEach(statistic -> columns.addAll(statistic.columns()));
    return List.copyOf(columns);
  }

  /** Where the bands of all statistics begin and end: greatest distances, ascending. */
  int[] cutoffs() {
    TreeSet<Integer> cutoffs = new TreeSet<>();
    for (HeadStatistic statistic : of(HeadStatistic.class)) {
      for (DistanceBand band : statistic.bands()) {
        if (band.from() > -DistanceBand.UNBOUNDED) {
          cutoffs.add(band.from() - 1);
        }
        if (band.to() < DistanceBand.UNBOUNDED) {
          cutoffs.add(band.to());
        }
      }
    }
    return cutoffs.stream().mapToInt(Integer::intValue).toArray();
  }

  /** The decays of all statistics, without repetition. */
  List<QueryDecay> decays() {
    Set<QueryDecay> decays = new LinkedHashSet<>();
    of(HeadStatistic.class).forEach(statistic -> decays.addAll(statistic.decays()));
    return List.copyOf(decays);
  }

  /** The names of the statistics that read what a document marks. */
  public List<String> readingMarks() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < statistics.size(); i++) {
      if (statistics.get(i) instanceof HeadStatistic statistic && statistic.readsMarks()) {
        names.add(names().get(i));
      }
    }
    return names;
  }

  /** Whether any statistic reads what keys receive. */
  boolean readsReceived() {
    return classes().containsKey(StatisticClass.COLUMN);
  }

  /** Whether any statistic reads which sentence a token is in. */
  boolean readsSentences() {
    return of(HeadStatistic.class).stream().anyMatch(HeadStatistic::readsSentences);
  }

  /** The statistics of a kind, in their order. */
  <T extends AttentionStatistic> List<T> of(Class<T> kind) {
    return statistics.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** The same with another sample of rows. */
  public StatisticsPlan withRows(RowSample other) {
    return new StatisticsPlan(statistics, other, experimental);
  }

  /** The same, which may or may not give numbers that mean nothing for the model at hand. */
  public StatisticsPlan withExperimental(boolean allowed) {
    return new StatisticsPlan(statistics, rows, allowed);
  }
}
