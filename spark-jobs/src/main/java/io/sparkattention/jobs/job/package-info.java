/**
 * The jobs: what each reads, computes and writes.
 *
 * <p>A job declares its options and makes a plan; {@link io.sparkattention.jobs.job.JobRunner}
 * checks, slices, writes and reports for all of them. A row's way: input table → key, text, problem
 * → window of a partition → core, in token batches → outcome → row of the output's schema → slice.
 *
 * <p>To add a job: a class that implements {@link io.sparkattention.jobs.job.Job} and its line in
 * {@link io.sparkattention.jobs.job.Jobs}.
 */
package io.sparkattention.jobs.job;
