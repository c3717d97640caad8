/**
 * The command line. {@link io.sparkattention.jobs.cli.SparkAttention} is what a shell starts: it
 * alone ends the process, with an exit code. {@link io.sparkattention.jobs.cli.Submit} is for
 * callers that live on, such as notebooks and cluster drivers: it throws.
 *
 * <p>Options are not declared here but in {@code udfs.config}; a command is made from them.
 */
package io.sparkattention.jobs.cli;
