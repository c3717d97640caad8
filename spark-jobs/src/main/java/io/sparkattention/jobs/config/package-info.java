/**
 * The options of the jobs: each is declared once, with its type, default and meaning.
 *
 * <p>From one declaration follow the command-line option {@code --name}, the key {@code
 * spark.attention.<job>.<name>} in Spark's configuration and in a {@code --conf-file}, the check,
 * the help text and the line in {@code _run.json}. The command line wins over the file, the file
 * over Spark's configuration, and that over the default.
 *
 * <p>To add an option, declare a {@link io.sparkattention.jobs.config.JobOption} and name it in the
 * list of its job.
 */
package io.sparkattention.jobs.config;
