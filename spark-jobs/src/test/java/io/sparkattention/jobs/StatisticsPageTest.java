package io.sparkattention.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.registry.Registry;
import io.sparkattention.statistics.AttentionStatistic;
import io.sparkattention.statistics.AttentionStatistics;
import io.sparkattention.statistics.StatisticLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page on statistics has a formula of each, at each level that it has. */
class StatisticsPageTest {
  private static final String NONE = "–";

  /** What stands in a formula and not in words alone. */
  private static final String SYMBOL = ".*([Σ√‖λσ≤≥]|w\\(|cos|max|move\\(|JS\\(|ln\\().*";

  /** The cells of token, head and document by name, of those with options the first. */
  private static Map<String, List<String>> rows;

  @BeforeAll
  static void readRows() throws IOException {
    String page = Files.readString(Page.HOME.resolve("docs").resolve("statistics.md"));
    rows =
        page.lines()
            .takeWhile(line -> !line.startsWith("<!-- table")) // written by hand
            .filter(line -> line.startsWith("| `"))
            .map(line -> Arrays.stream(line.split("(?<!\\\\)[|]")).map(String::strip).toList())
            .collect(
                Collectors.toMap(
                    cells -> cells.get(1).replaceAll("[`]|:.*", ""),
                    cells -> cells.subList(2, cells.size()),
                    (first, second) -> first));
  }

  private static Stream<String> names() {
    return AttentionStatistics.REGISTRY.entries().stream().map(Registry.Entry::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyStatisticHasAFormula(String name) {
    assertThat(rows).as("rows of formulas").containsKey(name);
    List<String> cells = rows.get(name);
    assertThat(cells).as(name).hasSize(3).allSatisfy(cell -> assertThat(cell).isNotBlank());
    assertThat(cells).as("formula of " + name).anyMatch(cell -> cell.matches(SYMBOL));
    AttentionStatistic statistic = AttentionStatistics.REGISTRY.parse(name);
    assertHas(statistic, StatisticLevel.TOKEN, cells.get(0));
    assertHas(statistic, StatisticLevel.HEAD, cells.get(1));
    assertHas(statistic, StatisticLevel.DOCUMENT, cells.get(2));
  }

  private static void assertHas(AttentionStatistic statistic, StatisticLevel level, String cell) {
    assertThat(!cell.equals(NONE))
        .as("%s has a number of a %s, and on the page: %s", statistic, level, cell)
        .isEqualTo(statistic.levels().contains(level));
  }

  @Test
  void everyFormulaIsOfAStatistic() {
    assertThat(names()).containsAll(rows.keySet());
  }
}
