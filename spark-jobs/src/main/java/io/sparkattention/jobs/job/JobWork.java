package io.sparkattention.jobs.job;

import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The rows that a job computes results for, and how.
 *
 * @param input the rows of the units of work: of documents one each, of queries one a candidate
 * @param inputKey the column that names a unit; also the first key of the output
 * @param spread gathers units, one row each, in partitions
 * @param units how many units there are
 * @param keys how many keys of the output there will be
 * @param mapper turns partitions of the input into partitions of the output
 * @param release lets go of what was kept for the input
 */
public record JobWork(
    Dataset<Row> input,
    String inputKey,
    Spread spread,
    long units,
    long keys,
    MapPartitionsFunction<Row, Row> mapper,
    Runnable release) {

  /** How the rows of units become one row each, in a number of partitions. */
  @FunctionalInterface
  public interface Spread {

    /** The units of some rows, which hold all rows of each unit, or none. */
    Dataset<Row> units(Dataset<Row> rows, int partitions);
  }

  /** Work on units that have one key each, with nothing kept for it. */
  static JobWork ofUnits(
      Dataset<Row> input,
      String inputKey,
      Spread spread,
      long units,
      MapPartitionsFunction<Row, Row> mapper) {
    return new JobWork(input, inputKey, spread, units, units, mapper, () -> {});
  }
}
