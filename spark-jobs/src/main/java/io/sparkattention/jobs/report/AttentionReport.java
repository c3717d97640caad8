package io.sparkattention.jobs.report;

import io.sparkattention.jobs.corpus.NumberColumns;
import io.sparkattention.statistics.StatisticLevel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * What a page tells of one run of attention-stats, or of two side by side. Its components are the
 * names of the page's data.
 *
 * @param runs one, or two
 * @param differences of the second from the first; null where there is one run
 * @param documents single ones, with their words
 * @param settings of the report, by option
 * @param versions of what it was made with
 */
public record AttentionReport(
    List<RunNumbers> runs,
    Differences differences,
    List<DocumentWords> documents,
    Map<String, String> settings,
    Map<String, String> versions) {

  /**
   * The numbers of one run.
   *
   * @param heads null where there is no table of heads
   * @param roles null likewise
   * @param clusters null likewise
   * @param statistics of documents and of heads, without repetition
   * @param flags null where no table of outliers lies beside the heads
   * @param agreements of tokens and of heads, as far as tables of them lie beside these
   * @param groups of heads, as far as a table of them lies beside their pairs
   */
  public record RunNumbers(
      String model,
      String attention,
      List<String> locations,
      String status,
      List<StatisticColumn> statistics,
      HeadNumbers heads,
      HeadRoles roles,
      HeadClusters clusters,
      DocumentNumbers documents,
      Outliers outliers,
      OutlierFlags flags,
      List<RankAgreement> agreements,
      List<HeadGroupMap> groups) {}

  /** How documents are chosen where none are named: so many of those farthest from the others. */
  private static final int CHOSEN = 4;

  /** How many tokens of all documents together are on the page. */
  private static final int MOST_TOKENS = 16_000;

  /** Where the texts of documents are found. */
  @FunctionalInterface
  public interface Texts {
    Map<String, String> of(Set<String> ids);
  }

  /**
   * Computes all that the page shows; of the rows only means, spreads and the rows of a few
   * documents come to the driver.
   *
   * @param ids of the documents to show; empty to show those farthest from the others
   * @param texts empty to show none
   */
  public static AttentionReport of(
      List<StatisticsRun> runs,
      List<String> ids,
      Optional<Texts> texts,
      Map<String, String> settings,
      Map<String, String> versions) {
    List<Dataset<Row>> rows =
        runs.stream()
            .map(run -> DocumentNumbers.rows(run).persist(StorageLevel.MEMORY_AND_DISK()))
            .toList();
    try {
      List<RunNumbers> numbers = new ArrayList<>();
      for (int i = 0; i < runs.size(); i++) {
        numbers.add(numbers(runs.get(i), rows.get(i)));
      }
      Differences differences =
          runs.size() < 2
              ? null
              : Differences.of(runs.get(0), rows.get(0), runs.get(1), rows.get(1));
      List<DocumentWords> documents =
          texts.map(each -> words(runs, chosen(runs, ids, numbers), each)).orElse(List.of());
      return new AttentionReport(numbers, differences, documents, settings, versions);
    } finally {
      rows.forEach(Dataset::unpersist);
    }
  }

  private static RunNumbers numbers(StatisticsRun run, Dataset<Row> rows) {
    LevelTable table = DocumentNumbers.table(run);
    Optional<LevelTable> ofHeads = run.table(StatisticLevel.HEAD);
    Map<String, StatisticColumn> statistics = new LinkedHashMap<>();
    ofHeads.ifPresent(heads -> heads.statistics().forEach(s -> statistics.put(s.name(), s)));
    table.statistics().forEach(each -> statistics.putIfAbsent(each.name(), each));
    run.table(StatisticLevel.TOKEN)
        .ifPresent(tokens -> tokens.statistics().forEach(s -> statistics.putIfAbsent(s.name(), s)));
    HeadNumbers heads = ofHeads.map(HeadNumbers::of).orElse(null);
    DocumentNumbers documents = DocumentNumbers.of(run, rows);
    List<LevelTable> tables = List.copyOf(run.tables().values());
    return new RunNumbers(
        run.model(),
        run.attention(),
        tables.stream().map(LevelTable::location).sorted().toList(),
        tables.stream()
            .flatMap(each -> each.run().stream())
            .map(each -> each.status())
            .filter(status -> !status.equals("done"))
            .findFirst()
            .orElse("done"),
        List.copyOf(statistics.values()),
        heads,
        ofHeads.map(each -> HeadRoles.of(each.statistics(), heads)).orElse(null),
        heads == null ? null : clusters(run, heads),
        documents,
        Outliers.of(
            table.statistics().stream()
                .filter(each -> documents.byStatistic().containsKey(each.name()))
                .toList(),
            rows),
        run.beside(StatisticLevel.HEAD, OutlierFlags.TABLE).map(OutlierFlags::of).orElse(null),
        agreements(run),
        groups(run));
  }

  private static List<RankAgreement> agreements(StatisticsRun run) {
    return Stream.of(StatisticLevel.TOKEN, StatisticLevel.HEAD)
        .filter(level -> run.beside(level, RankAgreement.TABLE).isPresent())
        .map(level -> RankAgreement.of(level, run.beside(level, RankAgreement.TABLE).get()))
        .filter(each -> !each.pairs().isEmpty())
        .toList();
  }

  private static List<HeadGroupMap> groups(StatisticsRun run) {
    return run.beside(StatisticLevel.PAIR, HeadGroupMap.TABLE)
        .map(table -> HeadGroupMap.of(run.tables().get(StatisticLevel.PAIR), table))
        .orElse(List.of());
  }

  private static HeadClusters clusters(StatisticsRun run, HeadNumbers heads) {
    return run.table(StatisticLevel.PAIR)
        .map(pairs -> HeadClusters.of(heads, pairs))
        .orElseGet(() -> HeadClusters.of(heads));
  }

  /** The documents to show: those that are named, else the farthest, else the first. */
  private static Set<String> chosen(
      List<StatisticsRun> runs, List<String> ids, List<RunNumbers> numbers) {
    if (!ids.isEmpty()) {
      return Set.copyOf(ids);
    }
    for (int run = 0; run < runs.size(); run++) {
      Optional<LevelTable> tokens = runs.get(run).table(StatisticLevel.TOKEN);
      if (tokens.isPresent()) {
        return chosen(tokens.get(), numbers.get(run));
      }
    }
    return Set.of();
  }

  /** Of the documents whose tokens are there. */
  private static Set<String> chosen(LevelTable tokens, RunNumbers numbers) {
    Stream<String> order =
        numbers.flags() == null || numbers.flags().farthest().isEmpty()
            ? numbers.outliers().farthest().stream().map(Outliers.Outlier::id)
            : numbers.flags().farthest().stream().map(OutlierFlags.Flag::id);
    List<String> ordered = order.toList();
    Set<String> there = ordered.isEmpty() ? Set.of() : Set.copyOf(tokens.ids(ordered));
    Set<String> farthest =
        ordered.stream()
            .filter(there::contains)
            .limit(CHOSEN)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (farthest.isEmpty()) {
      tokens
          .rows()
          .select(NumberColumns.named(LevelTable.ID).cast("string").as(LevelTable.ID))
          .distinct()
          .orderBy(LevelTable.ID)
          .limit(CHOSEN)
          .collectAsList()
          .forEach(row -> farthest.add(row.getString(0)));
    }
    return farthest;
  }

  private static List<DocumentWords> words(List<StatisticsRun> runs, Set<String> ids, Texts texts) {
    List<DocumentWords> words = new ArrayList<>();
    if (ids.isEmpty()) {
      return words;
    }
    Map<String, String> found = texts.of(ids);
    int most = MOST_TOKENS / (ids.size() * runs.size());
    for (int run = 0; run < runs.size() && !found.isEmpty(); run++) {
      Optional<LevelTable> table = runs.get(run).table(StatisticLevel.TOKEN);
      if (table.isPresent()) {
        words.addAll(DocumentWords.of(run, table.get(), found, most));
      }
    }
    return words;
  }
}
