/**
 * The SQL functions {@code summarize}, {@code rerank_score}, {@code embed} and {@code
 * attention_stats}: what the jobs compute, as a part of any query.
 *
 * <p>A call of such a function is evaluated neither row by row nor by a user-defined function of
 * Spark's, but by an operator of its own, which reads rows ahead and gives the model whole batches.
 * It borrows the way of Python's functions through Catalyst: a call is a {@code PythonUDF} with
 * nothing of Python behind it ({@link io.sparkattention.udfs.function.CallCarrier}), Spark's
 * optimizer takes it out of the expressions that hold it and puts it in a node below, and {@link
 * io.sparkattention.udfs.function.BatchedFunctionsStrategy} plans that node as {@link
 * io.sparkattention.udfs.function.BatchedFunctionsExec}. So every place where Spark allows a Python
 * function is served, by rules that Spark itself tests.
 *
 * <p>To add a function, implement {@link io.sparkattention.udfs.function.BatchedFunction} and name
 * it in {@link io.sparkattention.udfs.function.BatchedFunctions}.
 */
package io.sparkattention.udfs.function;
