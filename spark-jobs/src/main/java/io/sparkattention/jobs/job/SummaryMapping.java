package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Sources;
import io.sparkattention.model.Outcome;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.Summary;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.work.Provenance;
import io.sparkattention.udfs.work.Provenance.Trace;
import io.sparkattention.udfs.work.SummaryColumns;
import io.sparkattention.udfs.work.TextCheck;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/** Reads a document or a group of them, and writes the row of its summary. */
record SummaryMapping(Provenance provenance, SummaryColumns.Made made)
    implements RowMapping<Row, Source, Summary> {

  @Override
  public Source read(Row row) throws InvalidRowException {
    String queryProblem = row.getAs(Sources.QUERY_PROBLEM);
    List<Row> documents = documents(row);
    List<String> problems = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    if (queryProblem != null) {
      problems.add("the query: " + queryProblem);
    }
    for (Row document : documents) {
      String text = document.getAs(Sources.TEXT);
      String undecodable = document.getAs(Sources.PROBLEM);
      String problem = undecodable == null ? TextCheck.problem("text", text) : undecodable;
      if (problem != null) {
        problems.add(
            documents.size() == 1 ? problem : "document '" + id(document) + "': " + problem);
      }
      texts.add(text);
    }
    if (!problems.isEmpty()) {
      throw new InvalidRowException(String.join("; ", problems));
    }
    return new Source(texts, Optional.ofNullable(row.getAs(Sources.QUERY)));
  }

  @Override
  public long characters(Source source) {
    return source.texts().stream().mapToLong(String::length).sum();
  }

  @Override
  public void write(Row row, Outcome<Summary> outcome, double milliseconds, Consumer<Row> out) {
    String id = row.getAs(Sources.ID);
    Trace trace =
        outcome.failed()
            ? Trace.failed(outcome.error(), milliseconds)
            : SummaryColumns.trace(outcome.value(), milliseconds);
    List<Row> documents = documents(row);
    List<Object> values = new ArrayList<>(List.of(id));
    values.addAll(
        Arrays.asList(
            SummaryColumns.values(
                outcome.value(), made, place -> new Object[] {id(documents.get(place))})));
    out.accept(provenance.timedRow(trace, values.toArray()));
  }

  private static String id(Row document) {
    return document.getAs(Sources.DOCUMENT);
  }

  private static List<Row> documents(Row row) {
    return row.getList(row.fieldIndex(Sources.DOCUMENTS));
  }
}
