package io.sparkattention.udfs.function;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * A row on its way through calls.
 *
 * @param row a copy of the child's
 * @param results of the calls so far, null for the others
 */
record CallRow(InternalRow row, Row[] results) {}
