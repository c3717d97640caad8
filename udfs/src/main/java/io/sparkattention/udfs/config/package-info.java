/**
 * The options of jobs and SQL functions: each is declared once, with its type, default and meaning.
 *
 * <p>From one declaration follow the key {@code spark.attention.<job>.<name>} in Spark's
 * configuration, the check, and for a job the command-line option {@code --name}, the help text and
 * the line in {@code _run.json}. What a command line or a call says wins over the configuration,
 * and that over the default.
 *
 * <p>Keys that no job owns are declared as {@link io.sparkattention.udfs.config.ConfigKey}, where
 * they are read. The configuration page and {@code conf/spark-attention.conf} are written from both
 * kinds of declarations.
 *
 * <p>To add an option, declare a {@link io.sparkattention.udfs.config.JobOption} and name it in the
 * list of its job.
 */
package io.sparkattention.udfs.config;
