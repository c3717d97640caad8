package io.sparkattention.udfs.function;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import scala.Function1;

/** The child's rows with the results of all calls behind them. */
final class JoinedResults implements Iterator<InternalRow> {

  private final Iterator<CallRow> rows;
  private final BatchClock clock;
  private final CallMetrics metrics;
  private final List<Function1<Object, Object>> toCatalyst = new ArrayList<>();
  private final UnsafeProjection projection;
  private final GenericInternalRow results;
  private final JoinedRow joined = new JoinedRow();

  JoinedResults(Iterator<CallRow> rows, BatchClock clock, CallProgram program) {
    this.rows = rows;
    this.clock = clock;
    this.metrics = program.metrics();
    for (CallStep step : program.steps()) {
      toCatalyst.add(CatalystTypeConverters.createToCatalystConverter(step.call().type()));
    }
    this.projection =
        UnsafeProjection.create(
            ScalaCollections.<Expression>seq(program.output()),
            ScalaCollections.<Attribute>seq(program.output()));
    this.results = new GenericInternalRow(program.steps().size());
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public InternalRow next() {
    CallRow row = rows.next();
    Row[] values = row.results();
    for (int i = 0; i < values.length; i++) {
      results.update(i, toCatalyst.get(i).apply(values[i]));
    }
    metrics.rows().add(1);
    clock.tell(metrics);
    return projection.apply(joined.apply(row.row(), results));
  }
}
