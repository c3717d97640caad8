package io.sparkattention.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedDirectoryTest {

  @TempDir private Path cache;

  /** What a second process runs. */
  static final class Writer {
    public static void main(String[] arguments) throws IOException {
      new SealedDirectory(Path.of(arguments[0])).require(SealedDirectoryTest::fillSlowly);
    }
  }

  @Test
  void isWrittenOnceAndKept() throws IOException {
    AtomicInteger times = new AtomicInteger();
    SealedDirectory directory = new SealedDirectory(cache.resolve("deep/er/model"));
    Path first = directory.require(fresh -> fill(fresh, times));
    assertThat(directory.require(fresh -> fill(fresh, times))).isEqualTo(first);
    assertThat(times).hasValue(1);
    assertThat(Files.readString(first.resolve(SealedDirectory.SEAL)))
        .isEqualTo(
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824  file\n"
                + "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7  sub/file\n");
  }

  @Test
  void isWrittenAgainWhenAFileIsTruncatedChangedMissingOrAdded() throws IOException {
    AtomicInteger times = new AtomicInteger();
    SealedDirectory directory = new SealedDirectory(cache.resolve("model"));
    Path path = directory.require(fresh -> fill(fresh, times));
    try (FileChannel channel = FileChannel.open(path.resolve("file"), StandardOpenOption.WRITE)) {
      channel.truncate(2);
    }
    directory.require(fresh -> fill(fresh, times));
    assertThat(path.resolve("file")).hasContent("hello");
    Files.writeString(path.resolve("sub/file"), "World");
    directory.require(fresh -> fill(fresh, times));
    assertThat(path.resolve("sub/file")).hasContent("world");
    Files.delete(path.resolve("file"));
    directory.require(fresh -> fill(fresh, times));
    Files.createFile(path.resolve("more"));
    directory.require(fresh -> fill(fresh, times));
    Files.delete(path.resolve(SealedDirectory.SEAL));
    directory.require(fresh -> fill(fresh, times));
    assertThat(times).hasValue(6);
    assertThat(path.resolve("more")).doesNotExist();
  }

  @Test
  void leavesNothingWhenWritingFails() throws IOException {
    SealedDirectory directory = new SealedDirectory(cache.resolve("model"));
    assertThatThrownBy(
            () ->
                directory.require(
                    fresh -> {
                      Files.writeString(fresh.resolve("file"), "half");
                      throw new IOException("No space left on device");
                    }))
        .hasMessage("No space left on device");
    try (Stream<Path> left = Files.list(cache)) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly(".model.lock");
    }
  }

  @Test
  void severalProcessesWriteOneAfterAnother() throws Exception {
    Path path = cache.resolve("model");
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Writer.class.getName(),
                  path.toString())
              .redirectErrorStream(true)
              .redirectOutput(cache.resolve(i + ".log").toFile())
              .start());
    }
    new SealedDirectory(path).require(SealedDirectoryTest::fillSlowly);
    for (int i = 0; i < processes.size(); i++) {
      assertThat(processes.get(i).waitFor()).as(() -> "see the logs in " + cache).isZero();
    }
    assertThat(path.resolve("0")).exists();
    assertThat(Files.readString(cache.resolve("times"))).isEqualTo("x");
  }

  @Test
  void saysHowToFetchAnArtifact() {
    MavenArtifact artifact = new MavenArtifact("org.example", "no-such-model", "1.0");
    assertThatThrownBy(() -> artifact.read("model.onnx", in -> {}))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(
            "mvn dependency:get -Dartifact=org.example:no-such-model:1.0 -Dtransitive=false")
        .hasMessageContaining("org/example/no-such-model/1.0/no-such-model-1.0.jar");
  }

  private static void fill(Path fresh, AtomicInteger times) throws IOException {
    times.incrementAndGet();
    Files.writeString(fresh.resolve("file"), "hello");
    Files.createDirectory(fresh.resolve("sub"));
    Files.writeString(fresh.resolve("sub/file"), "world");
  }

  private static void fillSlowly(Path fresh) throws IOException {
    Files.writeString(
        fresh.resolveSibling("times"), "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    for (int i = 0; i < 200; i++) {
      Files.writeString(fresh.resolve(String.valueOf(i)), "x".repeat(10_000));
    }
  }
}
