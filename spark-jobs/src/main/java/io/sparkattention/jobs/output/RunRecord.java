package io.sparkattention.jobs.output;

import java.util.Map;

/**
 * What {@code _run.json} holds: all that is needed to tell how an output came about.
 *
 * @param job which job ran
 * @param status {@code running}, {@code done}, {@code failed} or {@code too-many-errors}
 * @param exitCode what the launcher answers; null while the job runs
 * @param message why it failed, or null
 * @param schema name and version of the columns
 * @param settings all options with their values
 * @param versions of this library, Spark and Java; of the engine where a model ran
 * @param fingerprint a digest of the model's files; empty where there is no model
 * @param prompts what models were told, by name and version the SHA-256 of each
 * @param counts of all slices, those of earlier runs included
 * @param errorRate the share of keys that have an error
 * @param slices how many are committed, and how many of them an earlier run left
 * @param application Spark's id of the run
 * @param started when it began, ISO 8601
 * @param finished when it ended; null while it runs
 * @param seconds by phase: checking, computing
 * @param counters what else this run counted, by name
 */
public record RunRecord(
    String job,
    String status,
    Integer exitCode,
    String message,
    String schema,
    Map<String, String> settings,
    Map<String, String> versions,
    String fingerprint,
    Map<String, String> prompts,
    Counts counts,
    double errorRate,
    Map<String, Integer> slices,
    String application,
    String started,
    String finished,
    Map<String, Double> seconds,
    Map<String, Long> counters) {}
