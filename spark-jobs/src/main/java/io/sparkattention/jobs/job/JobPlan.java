package io.sparkattention.jobs.job;

import io.sparkattention.jobs.output.OutputSchema;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a job computes, all checks passed.
 *
 * @param input one row a unit of work: a document, or a query with its candidates
 * @param inputKey the column that names a unit; also the first key of the output
 * @param units how many units there are
 * @param keys how many keys of the output there will be
 * @param schema the output's columns
 * @param mapper turns partitions of the input into partitions of the output
 * @param fingerprint a digest of the model's files; empty where there is no model
 */
public record JobPlan(
    Dataset<Row> input,
    String inputKey,
    long units,
    long keys,
    OutputSchema schema,
    MapPartitionsFunction<Row, Row> mapper,
    String fingerprint) {}
