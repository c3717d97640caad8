package io.sparkattention.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * A digest of a model directory: names, sizes, and the first and last mebibyte of every file. It
 * tells revisions apart without reading large weights whole.
 */
public final class Fingerprint {

  private static final int ENDS = 1 << 20;
  private static final int DIGITS = 16;

  private Fingerprint() {}

  /** The digest of a directory, in hexadecimal digits. */
  public static String of(Path directory) {
    try (Stream<Path> walk = Files.walk(directory)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<Path> files = walk.filter(Files::isRegularFile).sorted().toList();
      for (Path file : files) {
        String name = directory.relativize(file).toString();
        digest.update((name + "\0" + Files.size(file) + "\0").getBytes(StandardCharsets.UTF_8));
        update(digest, file);
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      digest.update(read(channel, 0, Math.min(size, ENDS)));
      if (size > ENDS) {
        long from = Math.max(ENDS, size - ENDS);
        digest.update(read(channel, from, size - from));
      }
    }
  }

  private static ByteBuffer read(FileChannel channel, long from, long bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) bytes);
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
      continue;
    }
    return buffer.flip();
  }
}
