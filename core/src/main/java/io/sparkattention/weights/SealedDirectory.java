package io.sparkattention.weights;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that appears whole or not at all, and knows the checksums of its files.
 *
 * <p>It is written under another name and moved. A lock file beside it lets one process at a time
 * write; a monitor does so for the threads of one.
 */
final class SealedDirectory {

  /** The checksums, in the format of {@code sha256sum}. */
  static final String SEAL = "SHA256SUMS";

  private static final Logger LOG = LoggerFactory.getLogger(SealedDirectory.class);
  private static final Object THREADS = new Object();

  private final Path directory;

  /** Fills a new directory. */
  interface Filling {
    void write(Path directory) throws IOException;
  }

  SealedDirectory(Path directory) {
    this.directory = directory.toAbsolutePath();
  }

  /** The directory, written first unless it is there and intact. */
  Path require(Filling filling) throws IOException {
    Files.createDirectories(directory.getParent());
    Path lockFile = directory.resolveSibling("." + directory.getFileName() + ".lock");
    synchronized (THREADS) {
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (!isIntact()) {
          replace(filling);
        }
      }
    }
    return directory;
  }

  private boolean isIntact() throws IOException {
    Path seal = directory.resolve(SEAL);
    if (!Files.isRegularFile(seal)) {
      return false;
    }
    boolean intact = Files.readString(seal).equals(seal(directory));
    if (!intact) {
      LOG.warn("{} does not agree with its {}: it is written again", directory, SEAL);
    }
    return intact;
  }

  private void replace(Filling filling) throws IOException {
    Path fresh = directory.resolveSibling("." + directory.getFileName() + "-" + UUID.randomUUID());
    Files.createDirectory(fresh); // with the permissions that the user gives new directories
    try {
      filling.write(fresh);
      Files.writeString(fresh.resolve(SEAL), seal(fresh), StandardCharsets.UTF_8);
      deleteTree(directory);
      Files.move(fresh, directory, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(fresh);
    }
  }

  private static String seal(Path directory) throws IOException {
    Map<String, String> sums = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = directory.relativize(file).toString();
        if (!name.equals(SEAL)) {
          sums.put(name, sha256(file));
        }
      }
    }
    StringBuilder lines = new StringBuilder();
    sums.forEach((name, sum) -> lines.append(sum).append("  ").append(name).append('\n'));
    return lines.toString();
  }

  private static String sha256(Path file) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
        byte[] buffer = new byte[1 << 20];
        while (in.read(buffer) >= 0) {
          // the digest sees what is read
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
