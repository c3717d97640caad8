package io.sparkattention.jobs.job;

import io.sparkattention.jobs.output.OutputSchema;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a job computes, all checks passed.
 *
 * @param input the rows of the units of work: of documents one each, of queries one a candidate
 * @param inputKey the column that names a unit; also the first key of the output
 * @param spread gathers units, one row each, in partitions
 * @param units how many units there are
 * @param keys how many keys of the output there will be
 * @param schema the output's columns
 * @param mapper turns partitions of the input into partitions of the output
 * @param fingerprint a digest of the model's files; empty where there is no model
 * @param counters what else is counted while the job runs, by name
 * @param export is given all rows of the output when it is complete
 */
public record JobPlan(
    Dataset<Row> input,
    String inputKey,
    Spread spread,
    long units,
    long keys,
    OutputSchema schema,
    MapPartitionsFunction<Row, Row> mapper,
    String fingerprint,
    Supplier<Map<String, Long>> counters,
    Optional<Export> export) {

  /** A plan that counts nothing else and exports nothing. */
  public JobPlan(
      Dataset<Row> input,
      String inputKey,
      Spread spread,
      long units,
      long keys,
      OutputSchema schema,
      MapPartitionsFunction<Row, Row> mapper,
      String fingerprint) {
    this(
        input,
        inputKey,
        spread,
        units,
        keys,
        schema,
        mapper,
        fingerprint,
        Map::of,
        Optional.empty());
  }

  /** How the rows of units become one row each, in a number of partitions. */
  @FunctionalInterface
  public interface Spread {

    /** The units of some rows, which hold all rows of each unit, or none. */
    Dataset<Row> units(Dataset<Row> rows, int partitions);
  }

  /** Something that is written from a complete output, beside it. */
  @FunctionalInterface
  public interface Export {

    /** Writes what there is to write of all rows. */
    void write(Dataset<Row> rows) throws IOException;
  }
}
