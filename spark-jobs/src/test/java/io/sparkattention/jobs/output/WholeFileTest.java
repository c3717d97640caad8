package io.sparkattention.jobs.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

  @TempDir Path folder;

  private void write(WholeFile.Content content) throws IOException {
    FileSystem files = FileSystem.getLocal(new Configuration());
    WholeFile.write(files, new org.apache.hadoop.fs.Path(folder.toUri() + "/run.trec"), content);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .toList();
    }
  }

  @Test
  void aWriterThatFailsLeavesWhatWasThereAndNothingElse() throws IOException {
    write(out -> out.write("one".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(
            () ->
                write(
                    out -> {
                      out.write("tw".getBytes(StandardCharsets.UTF_8));
                      throw new IOException("broken");
                    }))
        .hasMessage("broken");
    assertThat(names()).containsExactly("run.trec");
    assertThat(folder.resolve("run.trec")).hasContent("one");
    write(out -> out.write("two".getBytes(StandardCharsets.UTF_8)));
    assertThat(folder.resolve("run.trec")).hasContent("two");
    assertThat(names()).containsExactly("run.trec");
  }
}
