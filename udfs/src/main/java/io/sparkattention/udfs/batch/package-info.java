/**
 * From rows to batches and back: how a partition of a table passes through a model.
 *
 * <p>Rows are read ahead in windows bounded in rows and in characters. Each window goes to the core
 * as one list, which sorts it by length and cuts it into token batches; results return to their
 * rows in the order of the input. A row that cannot be read, and a row at which the computation
 * fails, becomes a row with an error. A thread beside the task's own computes a window while the
 * task reads the next one and writes the one before. No row is lost, and no row fails because of
 * another.
 *
 * <p>To put a new computation on rows, implement {@link io.sparkattention.udfs.batch.RowMapping}
 * and {@link io.sparkattention.udfs.batch.BatchComputation}.
 */
package io.sparkattention.udfs.batch;
