/**
 * The configuration as a job reads it: the file of a command line, and the keys that exist.
 *
 * <p>The options themselves are declared where their work is ({@link io.sparkattention.udfs.work}).
 * The command line wins over the file, the file over Spark's configuration, and that over the
 * default.
 */
package io.sparkattention.jobs.config;
