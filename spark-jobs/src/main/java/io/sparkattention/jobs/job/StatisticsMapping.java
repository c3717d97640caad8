package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Documents;
import io.sparkattention.model.Outcome;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.work.Provenance;
import io.sparkattention.udfs.work.Provenance.Trace;
import io.sparkattention.udfs.work.StatisticsTable;
import io.sparkattention.udfs.work.StatisticsWork;
import io.sparkattention.udfs.work.TextAndTarget;
import io.sparkattention.udfs.work.TextCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/** Writes the statistics of a document as rows of a table; a document without any has one row. */
record StatisticsMapping(Provenance provenance, StatisticsTable table)
    implements RowMapping<Row, TextAndTarget, Extracted> {

  private static final String TARGET = "target";

  @Override
  public TextAndTarget read(Row row) throws InvalidRowException {
    String problem = row.getAs(Documents.PROBLEM);
    if (problem != null) {
      throw new InvalidRowException(problem);
    }
    String text = TextCheck.require("text", row.getAs(Documents.TEXT));
    if (Arrays.stream(row.schema().fieldNames()).noneMatch(TARGET::equals)) {
      return new TextAndTarget(text, null);
    }
    String targetProblem = row.getAs(TARGET + "_problem");
    if (targetProblem != null) {
      throw new InvalidRowException("the target: " + targetProblem);
    }
    return new TextAndTarget(text, TextCheck.require(TARGET, row.getAs(TARGET)));
  }

  @Override
  public long characters(TextAndTarget input) {
    return input.text().length() + (input.target() == null ? 0 : input.target().length());
  }

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
    values.add(row.getAs(Documents.ID));
    values.addAll(cells);
    return provenance.timedRow(trace, values.toArray());
  }
}
