package io.sparkattention.jobs.corpus;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The tables that attention-stats can write beside its rows. */
public final class CorpusTables {

  /** All of them; one line each. */
  public static final List<CorpusTable> ALL =
      List.of(new StatisticAgreement(), new HeadGroups(), new DocumentOutliers(), new RareTokens());

  private CorpusTables() {}

  /**
   * Those of some names, parted by commas.
   *
   * @throws IllegalArgumentException if there is none of a name
   */
  public static List<CorpusTable> named(String names) {
    return Arrays.stream(names.split(",", -1))
        .map(String::strip)
        .distinct()
        .map(CorpusTables::of)
        .toList();
  }

  private static CorpusTable of(String name) {
    return ALL.stream()
        .filter(table -> table.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no table '" + name + "': use one of " + names()));
  }

  /** The names of all, parted by commas. */
  public static String names() {
    return ALL.stream().map(CorpusTable::name).collect(Collectors.joining(", "));
  }
}
