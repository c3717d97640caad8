package io.sparkattention.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintTest {

  private static final int MEBIBYTE = 1 << 20;

  @TempDir Path directory;
  private String before;

  @BeforeEach
  void writeModel() throws IOException {
    Files.writeString(directory.resolve("config.json"), "{}");
    Files.createDirectory(directory.resolve("1_Pooling"));
    Files.writeString(directory.resolve("1_Pooling/config.json"), "{\"a\": 1}");
    Files.write(directory.resolve("model.safetensors"), new byte[3 * MEBIBYTE]);
    before = Fingerprint.of(directory);
  }

  @Test
  void isTheSameForTheSameFiles(@TempDir Path other) throws IOException {
    assertThat(before).matches("[0-9a-f]{16}").isEqualTo(Fingerprint.of(directory));
    Files.createDirectory(other.resolve("1_Pooling"));
    Files.write(other.resolve("model.safetensors"), new byte[3 * MEBIBYTE]);
    Files.writeString(other.resolve("1_Pooling/config.json"), "{\"a\": 1}");
    Files.writeString(other.resolve("config.json"), "{}");
    assertThat(Fingerprint.of(other)).isEqualTo(before);
  }

  @Test
  void changesWithContentNameAndSize() throws IOException {
    Files.writeString(directory.resolve("1_Pooling/config.json"), "{\"a\": 2}");
    String edited = Fingerprint.of(directory);
    assertThat(edited).isNotEqualTo(before);
    Files.move(directory.resolve("config.json"), directory.resolve("config.jsom"));
    String renamed = Fingerprint.of(directory);
    assertThat(renamed).isNotEqualTo(edited);
    Files.write(directory.resolve("model.safetensors"), new byte[3 * MEBIBYTE + 1]);
    assertThat(Fingerprint.of(directory)).isNotEqualTo(renamed);
  }

  @Test
  void seesBothEndsOfLargeFiles() throws IOException {
    String last = before;
    for (long at : new long[] {0, MEBIBYTE - 1, 2 * MEBIBYTE, 3 * MEBIBYTE - 1}) {
      try (RandomAccessFile file =
          new RandomAccessFile(directory.resolve("model.safetensors").toFile(), "rw")) {
        file.seek(at);
        file.write(1);
      }
      String now = Fingerprint.of(directory);
      assertThat(now).as("after a change at %d", at).isNotEqualTo(last);
      last = now;
    }
  }
}
