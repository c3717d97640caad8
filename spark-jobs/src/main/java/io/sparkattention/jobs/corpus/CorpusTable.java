package io.sparkattention.jobs.corpus;

import io.sparkattention.jobs.output.OutputSchema;
import io.sparkattention.udfs.work.StatisticsTable;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A table that follows from all rows of attention-stats, and is written beside them. */
public interface CorpusTable {

  /** What it is asked for by; the table lies in a directory of that name after an underscore. */
  String name();

  /** What it tells, in a sentence without its full stop. */
  String summary();

  /** Every reason why it does not follow from such rows; empty if it does. */
  List<String> unsupportedReasons(StatisticsTable statistics);

  /** Its columns. */
  OutputSchema schema(StatisticsTable statistics);

  /**
   * The table, which does not depend on how rows are parted.
   *
   * @param rows what attention-stats wrote, rows with errors among them; they are kept
   */
  Dataset<Row> of(Dataset<Row> rows, StatisticsTable statistics);

  /** What a terminal tells of it, in sentences. */
  List<String> notes(Dataset<Row> table);
}
