/**
 * Measurements of the core's {@code measure} room as a table, and the part of a page that shows
 * them.
 *
 * <p>{@link io.sparkattention.jobs.bench.MeasurementTable} is the schema of the Parquet files. To
 * show something else on the page, add a section to {@link
 * io.sparkattention.jobs.bench.MeasuredPage} or a plot to {@link
 * io.sparkattention.jobs.bench.MeasuredPlots}; both know no mechanism by its name but the two
 * controls, random keys and the best keys there are.
 */
package io.sparkattention.jobs.bench;
