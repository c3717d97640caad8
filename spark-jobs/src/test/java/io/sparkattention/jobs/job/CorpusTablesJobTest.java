package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.Lines;
import io.sparkattention.jobs.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that follow from all rows, of documents of which some are planted to be unlike others. */
class CorpusTablesJobTest {

  private static final String TINY = "classpath:golden/bert-sentence-transformer";
  private static final String STUCK = "a ".repeat(90);
  private static final String[] WORDS = {
    "attention", "is", "what", "a", "model", "gives", "to", "words", "and", "documents", "begin"
  };

  @TempDir static Path folder;
  private static Path input;

  @BeforeAll
  static void documents() {
    Lines lines = new Lines().add("id", "stuck", "text", STUCK).add("id", "blank", "text", " ");
    Random random = new Random(1);
    for (int d = 0; d < 20; d++) {
      StringBuilder text = new StringBuilder();
      for (int w = 0; w < 40 + d % 3; w++) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
      }
      lines.add("id", "d" + d, "text", text.toString());
    }
    input = lines.to(folder.resolve("documents.jsonl"));
  }

  private static Run run(Path output, Object... more) {
    Stream<Object> fixed =
        Stream.of("attention-stats", "--input", input, "--output", output, "--model", TINY);
    return Run.of(
        Stream.of(fixed, Stream.<Object>of("--max-error-rate", 1), Stream.of(more))
            .flatMap(each -> each)
            .toArray());
  }

  private static Dataset<Row> outliers(Path output) {
    return Run.table(output.resolve("_outliers"));
  }

  private static Row of(Dataset<Row> table, String id) {
    return table.filter("id = '" + id + "'").collectAsList().get(0);
  }

  @Test
  void documentThatRepeatsItselfIsUnlikeTheOthers() {
    for (String level : List.of("document", "head")) {
      Path output = folder.resolve(level);
      Run run =
          run(
              output,
              "--level",
              level,
              "--statistics",
              "entropy,mean-distance,[category-share:of=delimiter]",
              "--tables",
              "outliers");
      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
      Dataset<Row> table = outliers(output);
      assertThat(table.count()).isEqualTo(22);
      assertThat(of(table, "stuck").<Boolean>getAs("outlier")).as(level).isTrue();
      assertThat(table.orderBy(table.col("deviation").desc()).first().<String>getAs("id"))
          .as(level)
          .isEqualTo("stuck");
      assertThat(of(table, "blank").<Boolean>getAs("outlier")).isNull();
      assertThat(run.out()).contains("of 21 documents are unlike the others");
    }
  }

  @Test
  void explanationsStandBesideWhatAblationSays() {
    Path output = folder.resolve("explained");
    Path three = Lines.documents(3).to(folder.resolve("three.jsonl"));
    Run run =
        Run.of(
            "attention-stats",
            "--input",
            three,
            "--output",
            output,
            "--model",
            TINY,
            "--level",
            "token",
            "--statistics",
            "rollout,attention-flow,token-contribution,received-attention,token-ablation");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    Dataset<Row> table = Run.table(output.resolve("_agreement"));
    assertThat(table.filter("other = 'token_ablation' and abs(correlation) <= 1").count())
        .isEqualTo(4);
    assertThat(table.filter("documents = 3").count()).isEqualTo(20);
    assertThat(run.out()).contains("attention_flow ranks as token_ablation does with ρ = ");
  }

  @Test
  void resumedRunAddsTheTable() {
    Path output = folder.resolve("resumed");
    Run first = run(output, "--level", "document");
    assertThat(first.exitCode()).as(first.err()).isEqualTo(ExitCode.DONE);
    assertThat(output.resolve("_outliers")).doesNotExist();
    Run second = run(output, "--level", "document", "--resume", "--tables", "outliers");
    assertThat(second.exitCode()).as(second.err()).isEqualTo(ExitCode.DONE);
    assertThat(outliers(output).count()).isEqualTo(22);
    assertThat(Run.table(output).count()).isEqualTo(22);
  }

  @Test
  void tablesThatDoNotFollowAreRefused() {
    Path output = folder.resolve("refused");
    Run level = run(output, "--level", "token", "--tables", "outliers");
    assertThat(level.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(level.err()).contains("table outliers: it needs numbers of documents or heads");
    Run name = run(output, "--tables", "outliers,magic");
    assertThat(name.err()).contains("there is no table 'magic': use one of ");
    assertThat(output).doesNotExist();
  }
}
