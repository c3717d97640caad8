/**
 * What jobs and SQL functions compute: the options, the computation and the columns of its results,
 * each once.
 *
 * <p>A job puts the computation on rows with keys and writes slices; a SQL function puts it on the
 * arguments of a call. Both read the same options under the same keys and give the same results.
 *
 * <p>To add a kind of work, write a record of its settings that is a {@link
 * io.sparkattention.udfs.batch.BatchComputation}, declare its options and columns there, and use it
 * in a job and in a function.
 */
package io.sparkattention.udfs.work;
