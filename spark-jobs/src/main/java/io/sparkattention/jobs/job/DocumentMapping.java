package io.sparkattention.jobs.job;

import io.sparkattention.jobs.input.Documents;
import io.sparkattention.udfs.batch.InvalidRowException;
import io.sparkattention.udfs.batch.RowMapping;
import io.sparkattention.udfs.work.TextCheck;
import org.apache.spark.sql.Row;

/**
 * Reads the text of a document.
 *
 * @param <R> what is computed for it
 */
interface DocumentMapping<R> extends RowMapping<Row, String, R> {

  @Override
  default String read(Row row) throws InvalidRowException {
    String problem = row.getAs(Documents.PROBLEM);
    if (problem != null) {
      throw new InvalidRowException(problem);
    }
    return TextCheck.require("text", row.getAs(Documents.TEXT));
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
