package io.sparkattention.jobs.job;

import io.sparkattention.model.Outcome;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.udfs.work.Provenance;
import io.sparkattention.udfs.work.Provenance.Trace;
import io.sparkattention.udfs.work.StatisticsTable;
import io.sparkattention.udfs.work.StatisticsWork;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/** Writes the statistics of a document as rows of a table; a document without any has one row. */
record StatisticsMapping(Provenance provenance, StatisticsTable table)
    implements DocumentMapping<Extracted> {

  @Override
  public void write(Row row, Outcome<Extracted> outcome, double milliseconds, Consumer<Row> out) {
    if (outcome.failed()) {
      out.accept(row(Trace.failed(outcome.error(), milliseconds), row, table.noCells()));
      return;
    }
    Extracted extracted = outcome.value();
    List<List<Object>> rows = table.cells(extracted).toList();
    if (rows.isEmpty()) {
      rows = List.of(table.noCells());
    }
    Trace trace = StatisticsWork.trace(extracted, milliseconds / rows.size());
    rows.forEach(cells -> out.accept(row(trace, row, cells)));
  }

  private Row row(Trace trace, Row row, List<Object> cells) {
    List<Object> values = new ArrayList<>(cells.size() + 1);
    values.add(id(row));
    values.addAll(cells);
    return provenance.timedRow(trace, values.toArray());
  }
}
