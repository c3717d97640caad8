package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Documents;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.RowMapping;
import org.apache.spark.sql.Row;

/**
 * Reads the text of a document.
 *
 * @param <R> what is computed for it
 */
interface DocumentMapping<R> extends RowMapping<String, R> {

  @Override
  default String read(Row row) throws InvalidRowException {
    String problem = row.getAs(Documents.PROBLEM);
    if (problem != null) {
      throw new InvalidRowException(problem);
    }
    String text = row.getAs(Documents.TEXT);
    if (text == null) {
      throw new InvalidRowException("the text is null");
    }
    if (text.isBlank()) {
      throw new InvalidRowException("the text is empty");
    }
    return text;
  }

  @Override
  default long characters(String text) {
    return text.length();
  }

  /** The document's id. */
  default String id(Row row) {
    return row.getAs(Documents.ID);
  }
}
