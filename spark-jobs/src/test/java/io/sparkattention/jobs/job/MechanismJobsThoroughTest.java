package io.sparkattention.jobs.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.attention.Attentions;
import io.sparkattention.jobs.Run;
import io.sparkattention.jobs.cluster.ClusterJob;
import io.sparkattention.jobs.cluster.SmallCorpus;
import io.sparkattention.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every mechanism through every job on minilm over the example corpus: as many rows as exact
 * attention gives and no error, or a refusal before work starts. Which it is stands in a committed
 * table; {@code -Dmatrix.write=true} writes it anew.
 */
@Tag("thorough") // minutes
class MechanismJobsThoroughTest {

  private static final Path TABLE =
      Path.of("src", "test", "resources", "mechanisms", "jobs-minilm.tsv");
  private static final int SERVED = 18;

  @TempDir Path folder;
  private int runs;

  @Test
  void aResultOrARefusalAsTheTableSays() throws IOException {
    Path corpus = SmallCorpus.write(Files.createDirectories(folder.resolve("corpus")));
    Map<ClusterJob, Integer> rows = new EnumMap<>(ClusterJob.class);
    for (ClusterJob job : ClusterJob.values()) {
      rows.put(job, run(job, corpus, "eager").size());
    }
    List<String> lines = new ArrayList<>();
    lines.add("mechanism\t" + String.join("\t", names()));
    for (Registry.Entry<?> entry : Attentions.REGISTRY.entries()) {
      List<String> cells = new ArrayList<>(List.of(entry.name()));
      for (ClusterJob job : ClusterJob.values()) {
        cells.add(cell(job, corpus, entry.name(), rows.get(job)));
      }
      lines.add(String.join("\t", cells));
    }
    if (Boolean.getBoolean("matrix.write")) {
      Files.createDirectories(TABLE.getParent());
      Files.write(TABLE, lines);
    }
    assertThat(lines).isEqualTo(Files.readAllLines(TABLE));
    assertThat(lines).filteredOn(line -> !line.contains("refused")).hasSizeGreaterThan(SERVED);
  }

  private static List<String> names() {
    return Arrays.stream(ClusterJob.values())
        .map(job -> job.name().toLowerCase().replace('_', '-'))
        .toList();
  }

  private String cell(ClusterJob job, Path corpus, String mechanism, int rows) {
    List<Row> table = run(job, corpus, mechanism);
    if (table == null) {
      return "refused";
    }
    assertThat(table).as("%s by %s", job, mechanism).hasSize(rows);
    assertThat(table)
        .as("%s by %s", job, mechanism)
        .allMatch(row -> row.isNullAt(row.fieldIndex("error")));
    return "result";
  }

  /** The rows, or null if the mechanism was refused before anything was written. */
  private List<Row> run(ClusterJob job, Path corpus, String mechanism) {
    Path output = folder.resolve(job + "-" + runs++);
    Run run = Run.of(job.command(corpus, output, "--attention", mechanism));
    if (run.exitCode() == ExitCode.USAGE) {
      assertThat(run.err()).contains(mechanism);
      assertThat(output).doesNotExist();
      return null;
    }
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.DONE);
    return job.rows(output);
  }
}
