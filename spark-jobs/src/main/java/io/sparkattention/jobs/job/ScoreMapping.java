package io.sparkattention.jobs.job;

import io.sparkattention.model.Outcome;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.work.Provenance;
import io.sparkattention.udfs.work.Provenance.Trace;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/**
 * Writes the numbers of an item, one a row. An item is always read: what is wrong with it is the
 * error of the numbers that it lacks.
 *
 * @param <T> what is read of an item
 */
interface ScoreMapping<T> extends RowMapping<Row, T, List<ItemScore>> {

  /** What made the numbers. */
  Provenance provenance();

  /** Names the item. */
  String id(Row row);

  @Override
  T read(Row row);

  @Override
  default void write(
      Row row, Outcome<List<ItemScore>> outcome, double milliseconds, Consumer<Row> out) {
    List<ItemScore> scores = outcome.value();
    double share = milliseconds / scores.size();
    for (ItemScore score : scores) {
      Trace trace = Trace.failed(score.error(), share);
      out.accept(provenance().timedRow(trace, id(row), score.run(), score.column(), score.value()));
    }
  }
}
