/**
 * Runs of the jobs over more than anybody would wait for in a build: how long they take, and how
 * much memory the process needs. A workload is tables that {@code ScaleTables} makes of the example
 * corpus and commands that {@code Scale} gives; tests with the tag {@code thorough} hold them to
 * it.
 */
package io.sparkattention.bench.scale;
