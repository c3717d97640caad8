package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Sources;
import io.sparkattention.jobs.output.Provenance;
import io.sparkattention.jobs.output.Provenance.Trace;
import io.sparkattention.model.Outcome;
import io.sparkattention.summarize.Source;
import io.sparkattention.summarize.Summary;
import io.sparkattention.summarize.SummarySentence;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.RowMapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Reads a document or a group of them, and writes the row of its summary. */
record SummaryMapping(Provenance provenance, String strategy)
    implements RowMapping<Source, Summary> {

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
      String problem = problem(text, document.getAs(Sources.PROBLEM));
      if (problem != null) {
        String id = document.getAs(Sources.DOCUMENT);
        problems.add(documents.size() == 1 ? problem : "document '" + id + "': " + problem);
      }
      texts.add(text);
    }
    if (!problems.isEmpty()) {
      throw new InvalidRowException(String.join("; ", problems));
    }
    return new Source(texts, Optional.ofNullable(row.getAs(Sources.QUERY)));
  }

  private static String problem(String text, String undecodable) {
    if (undecodable != null) {
      return undecodable;
    }
    return text == null ? "the text is null" : text.isBlank() ? "the text is empty" : null;
  }

  @Override
  public long characters(Source source) {
    return source.texts().stream().mapToLong(String::length).sum();
  }

  @Override
  public void write(Row row, Outcome<Summary> outcome, double milliseconds, Consumer<Row> out) {
    String id = row.getAs(Sources.ID);
    if (outcome.failed()) {
      Trace trace = Trace.failed(outcome.error(), milliseconds);
      out.accept(provenance.row(trace, id, null, null, strategy));
      return;
    }
    Summary made = outcome.value();
    Trace trace =
        new Trace(made.tokensIn(), made.tokensOut(), made.truncated(), null, milliseconds);
    List<Row> documents = documents(row);
    Row[] sentences =
        made.sentences().stream().map(s -> sentence(documents, s)).toArray(Row[]::new);
    out.accept(provenance.row(trace, id, made.text(), sentences, strategy));
  }

  private static Row sentence(List<Row> documents, SummarySentence sentence) {
    return RowFactory.create(
        documents.get(sentence.document()).getAs(Sources.DOCUMENT),
        sentence.index(),
        sentence.start(),
        sentence.end(),
        sentence.score(),
        sentence.text());
  }

  private static List<Row> documents(Row row) {
    return row.getList(row.fieldIndex(Sources.DOCUMENTS));
  }
}
