package io.sparkattention.jobs.job;

import io.sparkattention.evaluate.EvaluateContext;
import io.sparkattention.evaluate.TextItem;
import io.sparkattention.evaluate.TextMetric;
import io.sparkattention.evaluate.TokenFrequencies;
import io.sparkattention.jobs.input.SummaryItems;
import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.work.Provenance;
import io.sparkattention.udfs.work.StrategyModel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;

/**
 * Measures the summaries of a document against references, and passes on what was measured of them
 * before.
 */
record SummaryScores(Provenance provenance, List<String> runs)
    implements ScoreMapping<SummaryScores.Item> {

  /** The column of what was measured before: an array of run, metric, score and error, or null. */
  static final String MEASURED = "measured";

  SummaryScores {
    runs = List.copyOf(runs);
  }

  /**
   * A document with its summaries.
   *
   * @param summaries by run; empty if the document has no references
   * @param measured what was measured before
   */
  record Item(List<TextItem> summaries, List<ItemScore> measured) {}

  /** Measures by every metric. */
  static BatchComputation<Item, List<ItemScore>> by(
      List<TextMetric> metrics,
      List<String> runs,
      StrategyModel model,
      TokenFrequencies frequencies) {
    List<String> names = List.copyOf(runs);
    return models -> {
      EvaluateContext context = context(model, models, frequencies);
      return items -> scores(items, metrics, names, context);
    };
  }

  private static EvaluateContext context(
      StrategyModel model, TaskModels models, TokenFrequencies frequencies) {
    EvaluateContext context = EvaluateContext.empty().with(frequencies);
    return model.tokenEmbedder(models).map(context::with).orElse(context);
  }

  private static List<Outcome<List<ItemScore>>> scores(
      List<Item> items, List<TextMetric> metrics, List<String> runs, EvaluateContext context) {
    List<List<ItemScore>> scores = new ArrayList<>();
    items.forEach(item -> scores.add(new ArrayList<>(item.measured())));
    int[] referred =
        IntStream.range(0, items.size()).filter(i -> !items.get(i).summaries().isEmpty()).toArray();
    for (int run = 0; run < runs.size(); run++) {
      List<TextItem> texts = new ArrayList<>();
      for (int i : referred) {
        texts.add(items.get(i).summaries().get(run));
      }
      for (TextMetric metric : metrics) {
        List<Outcome<double[]>> outcomes = metric.score(texts, context);
        for (int j = 0; j < referred.length; j++) {
          scores.get(referred[j]).addAll(ItemScore.of(runs.get(run), metric, outcomes.get(j)));
        }
      }
    }
    return scores.stream().map(Outcome::of).toList();
  }

  @Override
  public String id(Row row) {
    return row.getAs(SummaryItems.ID);
  }

  @Override
  public Item read(Row row) {
    int references = row.fieldIndex(SummaryItems.REFERENCES);
    List<TextItem> summaries =
        row.isNullAt(references)
            ? List.of()
            : runs.stream()
                .map(run -> new TextItem(id(row), row.getAs(run), row.<String>getList(references)))
                .toList();
    int measured = row.fieldIndex(MEASURED);
    List<ItemScore> scores =
        row.isNullAt(measured)
            ? List.of()
            : row.<Row>getList(measured).stream().map(SummaryScores::score).toList();
    return new Item(summaries, scores);
  }

  private static ItemScore score(Row row) {
    return new ItemScore(row.getString(0), row.getString(1), row.getAs(2), row.getString(3));
  }

  @Override
  public long characters(Item item) {
    return item.summaries().stream()
        .flatMap(
            each -> Stream.concat(Stream.ofNullable(each.prediction()), each.references().stream()))
        .mapToLong(String::length)
        .sum();
  }
}
