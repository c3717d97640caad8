package io.sparkattention.bench.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.jobs.cli.SparkAttention;
import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.tensor.ProcessMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Jobs over large tables in one process: {@code pairs} ranks candidates over stored embeddings,
 * {@code documents} summarizes and scores long documents.
 *
 * <pre>
 * HEAP=2g bench/run scale.Scale pairs examples/corpus OUT 10000 100
 * HEAP=2g bench/run scale.Scale documents examples/corpus OUT 500 20000 random
 * HEAP=8g bench/run scale.Scale documents examples/corpus OUT 500 20000 lexrank --device gpu \
 *   --dtype bf16
 * </pre>
 *
 * <p>Arguments after these go to the jobs that use a model. Each job prints what its {@code
 * _run.json} says, and the most memory that the process has held so far, native memory included.
 */
public final class Scale {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path corpus;
  private final Path folder;
  private final PrintWriter out;
  private final List<String> model;

  Scale(Path corpus, Path folder, PrintWriter out, List<String> model) {
    this.corpus = corpus;
    this.folder = folder;
    this.out = out;
    this.model = model;
  }

  /** Runs a workload. */
  public static void main(String[] args) throws IOException {
    if (args.length < 5) {
      System.err.println("Scale pairs|documents CORPUS FOLDER NUMBER NUMBER …: see the source");
      System.exit(2);
    }
    boolean pairs = args[0].equals("pairs");
    List<String> model = Arrays.asList(args).subList(pairs ? 5 : 6, args.length);
    PrintWriter out = new PrintWriter(System.out, true);
    Scale scale = new Scale(Path.of(args[1]), Path.of(args[2]), out, model);
    int first = Integer.parseInt(args[3]);
    int second = Integer.parseInt(args[4]);
    if (pairs) {
      scale.pairs(first, second);
    } else {
      scale.documents(first, second, List.of(args[5].split(",")));
    }
  }

  /** Embeds passages, and ranks candidates by what is stored; the record of the second run. */
  JsonNode pairs(int passages, int candidates) throws IOException {
    Files.createDirectories(folder);
    ScaleTables.of(corpus).writePairs(folder, passages, candidates);
    run(
        "embeddings",
        true,
        "embed",
        "--input",
        file("passages.jsonl"),
        "--id-column",
        "passage_id",
        "--role",
        "passage");
    return run(
        "rankings",
        true,
        "rerank",
        "--strategy",
        "bi-encoder",
        "--queries",
        file("queries.jsonl"),
        "--passages",
        file("passages.jsonl"),
        "--candidates",
        file("candidates.jsonl"),
        "--embeddings",
        file("embeddings"));
  }

  /** Summarizes documents by each strategy and scores the summaries; the last scores' record. */
  JsonNode documents(int documents, int words, List<String> strategies) throws IOException {
    Files.createDirectories(folder);
    ScaleTables.of(corpus).writeDocuments(folder, documents, words);
    JsonNode scores = null;
    for (String strategy : strategies) {
      String output = "summaries-" + strategy.replaceAll("\\W+", "-");
      run(
          output,
          true,
          "summarize",
          "--strategy",
          strategy,
          "--budget",
          "words=200",
          "--input",
          file("documents.jsonl"));
      scores =
          run(
              "scores-" + output,
              false,
              "evaluate",
              "--metrics",
              "rouge1,rouge2,rougeLsum,own-document:by=bm25",
              "--predictions",
              file(output),
              "--references",
              file("references.jsonl"),
              "--sources",
              file("documents.jsonl"));
    }
    return scores;
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private JsonNode run(String output, boolean usesModel, String... arguments) throws IOException {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--output", file(output), "--overwrite"));
    if (usesModel) {
      all.addAll(model);
    }
    ExitCode exitCode = SparkAttention.execute(out, out, all.toArray(String[]::new));
    if (exitCode != ExitCode.DONE) {
      throw new IllegalStateException(String.join(" ", all) + " ended with " + exitCode);
    }
    JsonNode run = JSON.readTree(folder.resolve(output).resolve("_run.json").toFile());
    out.printf(
        "%s: counts %s, counters %s, seconds %s; peak of the process %.2f GiB, heap at most %.2f"
            + " GiB%n",
        output,
        run.get("counts"),
        run.get("counters"),
        run.get("seconds"),
        ProcessMemory.peak() / 0x1p30,
        Runtime.getRuntime().maxMemory() / 0x1p30);
    return run;
  }
}
