package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.model.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every metric, over the registry. */
class MetricPropertiesTest {

  private static final long SEED = 21;

  static Stream<Metric> of(Class<? extends Metric> kind) {
    return Stream.concat(
            Metrics.REGISTRY.entries().stream().map(entry -> Metrics.parse(entry.name())),
            Stream.of(
                    "ndcg@5,mrr@3,map@7,recall@4,precision@1,rouge2,rouge3:tokenizer=plain",
                    "rouge1:tokenizer=unicode,rougeLsum:sentences=found,bertscore:weights=idf",
                    "own-document:by=bm25")
                .flatMap(list -> Metrics.parseAll(list).stream()))
        .filter(kind::isInstance);
  }

  static Stream<TextMetric> textMetrics() {
    return of(TextMetric.class).map(TextMetric.class::cast);
  }

  static Stream<RankingMetric> rankingMetrics() {
    return of(RankingMetric.class).map(RankingMetric.class::cast);
  }

  static Stream<SourceMetric> sourceMetrics() {
    return of(SourceMetric.class).map(SourceMetric.class::cast);
  }

  private static String words(Random random, int most) {
    return IntStream.range(0, 4 + random.nextInt(most))
        .mapToObj(i -> "word" + random.nextInt(15) + (random.nextInt(6) == 0 ? ".\n" : " "))
        .collect(Collectors.joining())
        .strip();
  }

  @ParameterizedTest
  @MethodSource("textMetrics")
  void textScoresLieInTheirRangeWithAPerfectPredictionOnTop(TextMetric metric) {
    Random random = new Random(SEED);
    for (int i = 0; i < 60; i++) {
      String reference = words(random, 30);
      TextItem any = new TextItem("any", words(random, 30), reference);
      TextItem perfect = new TextItem("perfect", reference, reference);
      List<Outcome<double[]>> scores = metric.score(List.of(any, perfect), WordModel.context());
      double least = metric instanceof BertScore ? -1 : 0;
      for (double value : scores.get(0).value()) {
        assertThat(value).as("%s of %s, seed %d", metric, any, SEED).isBetween(least, 1 + 1e-6);
      }
      assertThat(scores.get(0).value()).hasSameSizeAs(metric.parts());
      for (double value : scores.get(1).value()) {
        assertThat(value).as("%s of %s", metric, perfect).isCloseTo(1, within(1e-6));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("textMetrics")
  void companyAndOrderOfTextsChangeNothing(TextMetric metric) {
    Random random = new Random(SEED);
    List<TextItem> items = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      items.add(new TextItem("i" + i, words(random, 20), words(random, 20)));
    }
    Map<String, double[]> together = scores(metric, items);
    Collections.shuffle(items, random);
    Map<String, double[]> shuffled = scores(metric, items);
    for (TextItem item : items) {
      double[] alone = metric.score(List.of(item), WordModel.context()).get(0).value();
      assertThat(together.get(item.id())).containsExactly(alone);
      assertThat(shuffled.get(item.id())).containsExactly(alone);
    }
    assertThat(metric.score(List.of(), WordModel.context())).isEmpty();
  }

  private static Map<String, double[]> scores(TextMetric metric, List<TextItem> items) {
    List<Outcome<double[]>> outcomes = metric.score(items, WordModel.context());
    Map<String, double[]> scores = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      scores.put(items.get(i).id(), outcomes.get(i).value());
    }
    return scores;
  }

  @ParameterizedTest
  @MethodSource("rankingMetrics")
  void rankingScoresLieInTheirRangeWithTheBestOrderOnTop(RankingMetric metric) {
    Random random = new Random(SEED);
    for (int trial = 0; trial < 100; trial++) {
      Map<String, Integer> judgements = new HashMap<>();
      List<ScoredDocument> documents = new ArrayList<>();
      List<ScoredDocument> best = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        String id = "d" + i;
        int relevance = i < 10 ? 1 + random.nextInt(3) : 0;
        if (i < 20) {
          judgements.put(id, relevance);
        }
        documents.add(new ScoredDocument(id, random.nextInt(8)));
        best.add(new ScoredDocument(id, relevance));
      }
      double score = metric.score(JudgedRanking.of(documents, judgements));
      double top = metric.score(JudgedRanking.of(best, judgements));
      assertThat(score).as("%s, seed %d", metric, SEED).isBetween(0.0, top + 1e-12);
      double reachable = top(metric);
      assertThat(top).as("%s, seed %d", metric, SEED).isCloseTo(reachable, within(1e-12));
      Collections.shuffle(documents, random);
      assertThat(metric.score(JudgedRanking.of(documents, judgements))).isEqualTo(score);
    }
  }

  /** What the best order of ten relevant documents reaches: a short cut-off cannot hold them. */
  private static double top(RankingMetric metric) {
    if (metric instanceof Recall recall && recall.k() > 0) {
      return Math.min(1, recall.k() / 10.0);
    }
    return metric instanceof AveragePrecision map && map.k() > 0 ? Math.min(1, map.k() / 10.0) : 1;
  }

  @ParameterizedTest
  @MethodSource("sourceMetrics")
  void orderOfItemsChangesNothingAndDocumentsFindThemselves(SourceMetric metric) {
    Random random = new Random(SEED);
    List<SourceItem> items = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      String document = words(random, 40) + " only" + i;
      items.add(new SourceItem("i" + i, i % 2 == 0 ? document : words(random, 10), document));
    }
    List<Outcome<double[]>> outcomes = metric.score(items, WordModel.context());
    Map<String, double[]> scores = new HashMap<>();
    for (int i = 0; i < items.size(); i++) {
      double[] score = outcomes.get(i).value();
      scores.put(items.get(i).id(), score);
      assertThat(score).hasSameSizeAs(metric.parts());
      assertThat(score[0]).isIn(0.0, 1.0);
      assertThat(score[1]).isBetween(1.0 / items.size(), 1.0);
      if (i % 2 == 0) {
        assertThat(score[0]).as("%s of %s, seed %d", metric, items.get(i), SEED).isEqualTo(1);
      }
    }
    Collections.shuffle(items, random);
    List<Outcome<double[]>> shuffled = metric.score(items, WordModel.context());
    for (int i = 0; i < items.size(); i++) {
      assertThat(shuffled.get(i).value())
          .containsExactly(scores.get(items.get(i).id()), within(1e-6));
    }
    assertThat(metric.score(List.of(), WordModel.context())).isEmpty();
  }
}
