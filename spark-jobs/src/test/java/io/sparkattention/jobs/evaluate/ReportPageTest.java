package io.sparkattention.jobs.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.sparkattention.evaluate.ItemScores;
import io.sparkattention.evaluate.PairedTest;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

/** A page is whole with any number of items: none that could be scored, one, few, many. */
class ReportPageTest {

  private static final List<String> COLUMNS =
      List.of("ndcg@10", "rouge-lsum:sentences=found,tokenizer=unicode", "mrr");

  private static ItemScores scores(String column, int items, IntToDoubleFunction score) {
    Map<String, Double> scores = new TreeMap<>();
    for (int i = 0; i < items; i++) {
      scores.put("item" + i, score.applyAsDouble(i));
    }
    return ItemScores.of(column, scores);
  }

  private static String page(List<MetricResult> results, Map<String, Long> counts) {
    return new ReportPage(
            new Evaluation(
                results,
                results.stream().map(MetricResult::column).collect(Collectors.toSet()),
                counts,
                PairedTest.DEFAULT,
                new TreeMap<>(
                    Map.of("predictions", "a/<b>&\"c\"", "baseline", "d", "metrics", "ndcg@10")),
                Map.of("spark", "4")))
        .html();
  }

  /** Random scores; the first item has none, and the second the same in both runs. */
  static String compared(int items, long seed) {
    Random random = new Random(seed);
    List<MetricResult> results = new ArrayList<>();
    for (String column : COLUMNS) {
      ItemScores first =
          scores(column, items, i -> i == 0 ? Double.NaN : i == 1 ? 0.5 : random.nextDouble());
      ItemScores second = scores(column, items, i -> i < 2 ? 0.5 : random.nextDouble());
      results.add(MetricResult.of(first, second, PairedTest.DEFAULT));
    }
    return page(results, Map.of("missing_from_baseline", 2L, "left_out_of_predictions", 0L));
  }

  static String alone(int items, IntToDoubleFunction score) {
    return page(
        COLUMNS.stream()
            .map(column -> MetricResult.of(scores(column, items, score), PairedTest.DEFAULT))
            .toList(),
        Map.of());
  }

  private static List<String> plots(String page) {
    return Pattern.compile("<svg.*?</svg\\s*>", Pattern.DOTALL)
        .matcher(page)
        .results()
        .map(MatchResult::group)
        .toList();
  }

  private static void assertWhole(String page, int plots) {
    assertThat(page).doesNotContain("NaN", "null", "Infinity", "<b>", "<script", "<link");
    assertThat(page).contains("a/&lt;b&gt;&amp;&quot;c&quot;");
    COLUMNS.forEach(column -> assertThat(page).contains("<td>" + column + "</td>"));
    assertThat(plots(page)).hasSize(plots);
    for (String plot : plots(page)) {
      assertThatCode(
              () ->
                  DocumentBuilderFactory.newInstance()
                      .newDocumentBuilder()
                      .parse(new InputSource(new StringReader(plot))))
          .doesNotThrowAnyException();
    }
    List<String> ids =
        Pattern.compile(" id=\"([^\"]*)\"").matcher(page).results().map(m -> m.group(1)).toList();
    assertThat(ids).doesNotHaveDuplicates();
    Set<String> used =
        Pattern.compile("url\\(#([^)]*)\\)")
            .matcher(page)
            .results()
            .map(m -> m.group(1))
            .collect(Collectors.toSet());
    assertThat(ids).containsAll(used);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 30, 5000})
  void twoRunsAreComparedMetricByMetric(int items) {
    String page = compared(items, items);
    assertWhole(page, 1 + 2 * COLUMNS.size());
    assertThat(page).contains("Items missing from the baseline, which score as empty ones: 2");
    assertThat(page).doesNotContain("left out").contains("<th>difference</th>");
  }

  @Test
  void plotsOfManyItemsStaySmall() {
    assertThat(compared(5000, 1).length()).isLessThan(2_000_000);
  }

  @Test
  void oneRunStandsAlone() {
    String page = alone(40, i -> i / 40.0);
    assertWhole(page, 1 + COLUMNS.size());
    assertThat(page).doesNotContain("◆ baseline").contains("95 % interval");
  }

  @Test
  void oneItemHasNoInterval() {
    String page = alone(1, i -> 0.25);
    assertWhole(page, 1 + COLUMNS.size());
    assertThat(page).contains("<td>0.2500</td><td>–</td>");
  }

  @Test
  void whatCouldNotBeScoredHasNoPlot() {
    String page = alone(3, i -> Double.NaN);
    assertWhole(page, 0);
    assertThat(page).contains("No item could be scored");
  }

  @Test
  void scoresThatAreAllTheSameAreShown() {
    assertWhole(alone(5, i -> 0.0), 1 + COLUMNS.size());
    assertWhole(alone(5, i -> 1.0), 1 + COLUMNS.size());
  }
}
