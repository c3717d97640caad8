package io.sparkattention.jobs.output;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** Where slices go once they are computed. */
interface SliceTarget {

  /** What a reader names. */
  String location();

  /** Whether anything is there. */
  boolean exists() throws IOException;

  /** Removes all rows; those that come next have the columns of a type. */
  void clear(StructType type) throws IOException;

  /** Makes an output of no rows where there is none, so that what hinders it is known at once. */
  void create(StructType type) throws IOException;

  /** The format that slices are staged in. */
  OutputFormat stagingFormat();

  /**
   * Takes a slice.
   *
   * @param staged its files
   * @param rows what is in them
   * @return the names of the files of the output that hold it; empty where those are not ours
   */
  List<String> take(int number, List<Path> staged, Dataset<Row> rows) throws IOException;

  /** The rows of committed slices, and where they cannot be told apart all rows. */
  Dataset<Row> read(List<Slice> committed, StructType type);

  /** All rows, where some may be there that no slice accounts for; empty where none can. */
  Optional<Dataset<Row>> held(StructType type) throws IOException;
}
