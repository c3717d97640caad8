package io.sparkattention.jobs.job;

import io.sparkattention.jobs.corpus.CorpusTable;
import io.sparkattention.jobs.output.OutputDirectory;
import io.sparkattention.udfs.work.StatisticsTable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Writes the tables that follow from all rows of attention-stats beside them. */
record CorpusTablesExport(List<CorpusTable> tables, StatisticsTable statistics)
    implements JobPlan.Export {

  @Override
  public Highlights write(Dataset<Row> rows, OutputDirectory output) {
    List<String> notes = new ArrayList<>();
    for (CorpusTable table : tables) {
      String place = output.beside("_" + table.name()).toString();
      Dataset<Row> made = table.of(rows, statistics);
      Dataset<Row> typed =
          rows.sparkSession()
              .createDataFrame(made.toJavaRDD(), table.schema(statistics).type())
              .persist();
      try {
        notes.addAll(table.notes(typed)); // fills the cache in all partitions
        typed.coalesce(1).write().mode("overwrite").parquet(place);
      } finally {
        typed.unpersist();
      }
      notes.add("%s: %s".formatted(table.summary(), place));
    }
    return new Highlights(List.of(), List.of(), notes);
  }
}
