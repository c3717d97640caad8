package io.sparkattention.jobs.multilingual;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.job.ExitCode;
import io.sparkattention.udfs.LocalSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Runs the jobs over a corpus; a run fails the test if one row has an error or one is missing. */
final class MultilingualRuns {

  static final String TINY = "classpath:golden/bert-sentence-transformer";
  static final String CROSS_ENCODER = "classpath:golden/bert-cross-encoder-sigmoid";
  static final String MINILM = "minilm";

  private final MultilingualCorpus corpus;
  private final Path folder;
  private int runs;

  static final String WRITER =
      Path.of("..", "core", "src", "test", "resources", "golden-generation", "bart").toString();

  MultilingualRuns(MultilingualCorpus corpus, Path folder) {
    this.corpus = corpus;
    this.folder = folder;
  }

  /** Summaries, whose sentences stand in the documents where their offsets say. */
  Path summarize(String strategy, String model, String budget) {
    List<Object> more = new ArrayList<>(List.of("--strategy", strategy, "--budget", budget));
    if (strategy.startsWith("query-focused")) {
      more.addAll(List.of("--query-column", "query"));
    }
    Path output = run("summarize", model, corpus.count(), more);
    Dataset<Row> sentences =
        withTexts(Run.table(output).selectExpr("id", "summary", "explode(sentences) s"));
    assertThat(sentences.select("id").distinct().count()).isEqualTo(corpus.count());
    assertNone(sentences, "s.text <> substring(text, s.start + 1, s.end - s.start)");
    assertNone(sentences, "trim(s.text) = '' or not contains(summary, s.text)");
    return output;
  }

  /** Summaries that a model writes, from chunks that lie in the documents. */
  void write(String strategy) {
    List<Object> more = List.of("--strategy", strategy, "--budget", "tokens=8");
    Path output = run("summarize", WRITER, corpus.count(), more);
    Dataset<Row> chunks =
        withTexts(Run.table(output).selectExpr("id", "finish_reason", "explode(chunks) c"));
    assertThat(chunks.select("id").distinct().count()).isEqualTo(corpus.count());
    assertNone(chunks, "finish_reason is null or c.start < 0 or c.end > length(text)");
  }

  /** Rankings, in which every candidate has its own rank. */
  Path rerank(String strategy, String model) {
    List<Object> tables =
        List.of(
            "--queries",
            corpus.documents(),
            "--passages",
            corpus.documents(),
            "--candidates",
            corpus.candidates(),
            "--strategy",
            strategy);
    Path output = run("rerank", model, corpus.pairs(), tables);
    assertNone(Run.table(output), "score is null or isnan(score)");
    assertNone(
        Run.table(output).groupBy("query_id").agg(expr("sort_array(collect_list(rank)) as ranks")),
        "ranks <> sequence(1, size(ranks))");
    return output;
  }

  /** Statistics of tokens, whose offsets lie in the documents and hold more than white space. */
  Path tokens(String model) {
    List<Object> more = List.of("--level", "token", "--statistics", "received-attention");
    Path output = run("attention-stats", model, corpus.count(), more);
    Dataset<Row> tokens = withTexts(Run.table(output));
    assertNone(tokens, "start < 0 or end <= start or end > length(text)");
    assertNone(tokens, "trim(substring(text, start + 1, end - start)) = ''");
    assertNone(tokens, "received_attention is null or isnan(received_attention)");
    return output;
  }

  /** Statistics of heads. */
  Path heads(String model) {
    Path output = run("attention-stats", model, corpus.count(), List.of());
    assertNone(Run.table(output), "entropy is null or isnan(entropy)");
    return output;
  }

  /** Scores of summaries, each beside the query of its document. */
  Path evaluateSummaries(Path summaries, String metrics) {
    List<Object> more = List.of("--sources", corpus.documents(), "--rouge-tokenizer", "unicode");
    return evaluate(summaries, corpus.references(), metrics, more);
  }

  /** Scores of rankings, in which each query looks for its own document. */
  Path evaluateRankings(Path rankings, String metrics) {
    return evaluate(rankings, corpus.judgements(), metrics, List.of());
  }

  private Path evaluate(Path predictions, Path references, String metrics, List<Object> more) {
    List<Object> all = new ArrayList<>(more);
    all.addAll(List.of("--predictions", predictions, "--references", references));
    all.addAll(List.of("--metrics", metrics));
    Path output = run("evaluate", TINY, corpus.count(), all);
    assertNone(Run.table(output), "score is null or score < -1.000001 or score > 1.000001");
    return output;
  }

  /** Vectors of length 1. */
  Path embed(String model) {
    Path output = run("embed", model, corpus.count(), List.of());
    assertNone(
        Run.table(output), "abs(aggregate(vector, 0d, (sum, x) -> sum + x * x) - 1) > 0.001");
    return output;
  }

  /** Runs a job and counts what it wrote; the folder of its output. */
  Path run(String job, String model, long rows, List<Object> more) {
    Path output = folder.resolve(job + "-" + runs++);
    List<Object> arguments = new ArrayList<>(List.of(job, "--output", output, "--model", model));
    if (!List.of("rerank", "evaluate").contains(job)) {
      arguments.addAll(List.of("--input", corpus.documents()));
    }
    arguments.addAll(more);
    Run run = Run.of(arguments.toArray());
    assertThat(run.exitCode()).as("%s: %s", arguments, run.err()).isEqualTo(ExitCode.DONE);
    Dataset<Row> written = Run.table(output);
    assertNone(written, "error is not null");
    String key = job.equals("rerank") ? "struct(query_id, passage_id)" : "id";
    assertThat(written.selectExpr(key).distinct().count()).as("%s", arguments).isEqualTo(rows);
    return output;
  }

  private Dataset<Row> withTexts(Dataset<Row> rows) {
    Dataset<Row> texts = LocalSpark.session().read().json(corpus.documents().toString());
    return rows.join(texts.select("id", "text"), "id");
  }

  private static void assertNone(Dataset<Row> rows, String condition) {
    assertThat(rows.filter(condition).limit(3).toJSON().collectAsList()).as(condition).isEmpty();
  }
}
