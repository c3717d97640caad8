package io.sparkattention.udfs.location;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder of the class path; one inside a jar is copied out of it. */
final class ClassPathSource implements ModelSource {

  private static final String SCHEME = "classpath:";

  @Override
  public String form() {
    return SCHEME + "folder";
  }

  @Override
  public boolean serves(String location) {
    return location.startsWith(SCHEME);
  }

  @Override
  public Path localize(String location) throws IOException {
    String name = location.substring(SCHEME.length());
    URL url = Thread.currentThread().getContextClassLoader().getResource(name);
    if (url == null) {
      throw new IllegalArgumentException("there is no model on the class path at " + name);
    }
    try {
      if (!(url.openConnection() instanceof JarURLConnection jar)) {
        return Path.of(url.toURI());
      }
      Path file = Path.of(jar.getJarFileURL().toURI());
      try (FileSystem archive = FileSystems.newFileSystem(file)) {
        Path folder = archive.getPath("/" + jar.getEntryName());
        return LocalFolders.copied(copy -> copyTree(folder, copy));
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("class path entry " + url + " is no address", e);
    }
  }

  private static void copyTree(Path source, Path target) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(source)) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      Path copy = target.resolve(source.relativize(file).toString());
      Files.createDirectories(copy.getParent());
      Files.copy(file, copy);
    }
  }
}
