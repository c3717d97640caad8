package io.sparkattention.udfs.function;

import io.sparkattention.udfs.config.JobOption;
import io.sparkattention.udfs.work.Provenance;
import io.sparkattention.udfs.work.WindowOptions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** What the declarations of all functions have in common. */
final class Results {

  private Results() {}

  /**
   * The type of a result: its own fields, then where it came from and why there is none. The time
   * that it took is left out, so that equal calls have equal results.
   */
  static StructType type(List<StructField> own) {
    return new StructType(
        Stream.concat(own.stream(), Provenance.COLUMNS.stream()).toArray(StructField[]::new));
  }

  /** Options of several groups, followed by how far rows are read ahead. */
  static List<JobOption<?>> options(List<List<JobOption<?>>> groups) {
    return Stream.concat(groups.stream().flatMap(List::stream), Stream.of(WindowOptions.ROWS))
        .toList();
  }
}
