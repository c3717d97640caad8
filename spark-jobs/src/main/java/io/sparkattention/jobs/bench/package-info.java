/**
 * Measurements of the core's {@code measure} room as a table. {@link
 * io.sparkattention.jobs.bench.MeasurementTable} is the schema of the Parquet files.
 */
package io.sparkattention.jobs.bench;
