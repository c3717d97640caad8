package io.sparkattention.weights;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;

/** A jar of Maven's that holds the files of a model. */
record MavenArtifact(String group, String artifact, String version) {

  /** Reads an entry's bytes from its stream. */
  interface Reading {
    void read(InputStream in) throws IOException;
  }

  /** The coordinates, as Maven writes them. */
  String coordinates() {
    return group + ":" + artifact + ":" + version;
  }

  /**
   * Reads an entry from the class path or, if it is not there, from the jar in the local Maven
   * repository.
   *
   * @throws FileNotFoundException if neither has it; the message says how to fetch the jar
   */
  void read(String entry, Reading reading) throws IOException {
    InputStream resource = MavenArtifact.class.getClassLoader().getResourceAsStream(entry);
    if (resource == null && Thread.currentThread().getContextClassLoader() != null) {
      resource = Thread.currentThread().getContextClassLoader().getResourceAsStream(entry);
    }
    if (resource != null) {
      try (InputStream in = resource) {
        reading.read(in);
      }
      return;
    }
    Path path = localJar();
    if (!Files.isRegularFile(path)) {
      throw new FileNotFoundException(
          ("The artifact %s is neither on the class path nor at %s. Fetch it once with%n"
                  + "  mvn dependency:get -Dartifact=%s -Dtransitive=false")
              .formatted(coordinates(), path, coordinates()));
    }
    try (JarFile jar = new JarFile(path.toFile())) {
      if (jar.getEntry(entry) == null) {
        throw new FileNotFoundException("%s holds no %s".formatted(path, entry));
      }
      try (InputStream in = jar.getInputStream(jar.getEntry(entry))) {
        reading.read(in);
      }
    }
  }

  private Path localJar() {
    String repository = System.getProperty("maven.repo.local");
    Path root =
        repository == null
            ? Path.of(System.getProperty("user.home"), ".m2", "repository")
            : Path.of(repository);
    return root.resolve(group.replace('.', '/'))
        .resolve(artifact)
        .resolve(version)
        .resolve(artifact + "-" + version + ".jar");
  }
}
