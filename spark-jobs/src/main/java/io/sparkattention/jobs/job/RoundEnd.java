package io.sparkattention.jobs.job;

import io.sparkattention.model.Outcome;
import io.sparkattention.summarize.AbstractiveSummarizer;
import io.sparkattention.summarize.SummaryWriter;
import io.sparkattention.summarize.WrittenStep;
import io.sparkattention.udfs.batch.BatchComputation;
import io.sparkattention.udfs.batch.BatchFunction;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.executor.TaskModels;
import io.sparkattention.udfs.work.SummarizeWork;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/** Gathers what was written for a source in a round, and says what the next one has to write. */
record RoundEnd() implements RowMapping<Row, RoundEnd.Gathered, Round> {

  /**
   * A source and the texts of its round, in the order of its tasks.
   *
   * @param steps none if the summary was complete before
   * @param characters of all that
   */
  record Gathered(Round round, List<Outcome<WrittenStep>> steps, long characters) {}

  /** What follows from them. */
  record Next(SummarizeWork work) implements BatchComputation<Gathered, Round> {

    @Override
    public BatchFunction<Gathered, Round> open(TaskModels models) {
      SummaryWriter writer = work.context(models).writer();
      return sources -> sources.stream().map(each -> next(each, writer)).toList();
    }

    private Outcome<Round> next(Gathered gathered, SummaryWriter writer) {
      return gathered.steps().isEmpty()
          ? Outcome.of(gathered.round())
          : AbstractiveSummarizer.advanced(gathered.round().draft(), gathered.steps())
              .then(draft -> Round.of(draft, null, work, writer));
    }
  }

  @Override
  public Gathered read(Row row) throws InvalidRowException {
    String problem = row.getAs(RoundColumns.PROBLEM);
    if (problem != null) {
      throw new InvalidRowException(problem);
    }
    List<Outcome<WrittenStep>> steps = new ArrayList<>();
    String round = row.getAs(RoundColumns.ROUND);
    long characters = round.length();
    for (Row text : texts(row)) {
      String failed = text.getAs(RoundColumns.PROBLEM);
      String step = text.getAs(RoundColumns.STEP);
      characters += step == null ? 0 : step.length();
      steps.add(
          failed == null
              ? Outcome.of(Round.parsed(step, WrittenStep.class))
              : Outcome.failure(failed));
    }
    return new Gathered(Round.read(round), steps, characters);
  }

  @Override
  public long characters(Gathered gathered) {
    return gathered.characters();
  }

  @Override
  public void write(Row row, Outcome<Round> outcome, double milliseconds, Consumer<Row> out) {
    double before = row.<Double>getAs(RoundColumns.MILLISECONDS);
    double writing =
        texts(row).stream().mapToDouble(each -> each.getAs(RoundColumns.MILLISECONDS)).sum();
    RoundColumns.write(row, outcome, before + writing + milliseconds, out);
  }

  private static List<Row> texts(Row row) {
    int field = row.fieldIndex(RoundColumns.WRITTEN);
    return row.isNullAt(field) ? List.of() : row.getList(field);
  }
}
