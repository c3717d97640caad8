package io.sparkattention.jobs.cluster;

import io.sparkattention.jobs.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Each job over a part of the example corpus with a real model, in small slices. */
public enum ClusterJob {
  EMBED("embed", List.of("id"), "--input", "passages.jsonl", "--id-column", "passage_id"),
  SUMMARIZE("summarize", List.of("id"), "--input", "passages.jsonl", "--id-column", "passage_id"),
  RERANK(
      "rerank",
      List.of("query_id", "passage_id"),
      "--queries",
      "queries.jsonl",
      "--passages",
      "passages.jsonl",
      "--candidates",
      "candidates.jsonl"),
  ATTENTION_STATS(
      "attention-stats",
      List.of("id", "layer", "head"),
      "--input",
      "passages.jsonl",
      "--id-column",
      "passage_id");

  private final String job;
  private final List<String> keys;
  private final String[] inputs;

  ClusterJob(String job, List<String> keys, String... inputs) {
    this.job = job;
    this.keys = keys;
    this.inputs = inputs;
  }

  /** The command line that reads a directory of {@link SmallCorpus} and writes to an output. */
  public Object[] command(Path corpus, Path output, Object... more) {
    List<Object> arguments = new ArrayList<>(List.of(job));
    for (String input : inputs) {
      arguments.add(input.endsWith(".jsonl") ? corpus.resolve(input) : input);
    }
    arguments.addAll(List.of("--output", output, "--partitions", 2));
    arguments.addAll(Arrays.asList(more));
    return arguments.toArray();
  }

  /** The same in slices so small that a process can be killed between them. */
  Object[] arguments(Path corpus, Path output, Object... more) {
    List<Object> slices = new ArrayList<>(List.of("--slice-seconds", 0, "--slice-rows", 15));
    slices.addAll(Arrays.asList(more));
    return command(corpus, output, slices.toArray());
  }

  /** All rows of an output in the order of their keys, without what differs from run to run. */
  public List<Row> rows(Path output) {
    Dataset<Row> table = Run.table(output).drop("duration_ms");
    return table.orderBy(keys.get(0), keys.stream().skip(1).toArray(String[]::new)).collectAsList();
  }
}
