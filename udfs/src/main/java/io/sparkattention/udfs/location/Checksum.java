package io.sparkattention.udfs.location;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a file must come to: SHA-256 of large files, and of small ones the id that Git gives them.
 *
 * @param hex 64 hexadecimal digits of SHA-256, or 40 of a Git blob
 */
record Checksum(String hex) {

  /** What an id or an ETag says, unless it is none of both kinds. */
  static Optional<Checksum> of(String text) {
    String bare = text == null ? "" : text.replaceFirst("^W/", "").replace("\"", "");
    return bare.matches("[0-9a-f]{64}|[0-9a-f]{40}")
        ? Optional.of(new Checksum(bare))
        : Optional.empty();
  }

  /** Whether a file comes to this. */
  boolean matches(Path file) throws IOException {
    return digest(file).equals(hex);
  }

  private String digest(Path file) throws IOException {
    boolean blob = hex.length() == 40;
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance(blob ? "SHA-1" : "SHA-256");
      if (blob) {
        digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.UTF_8));
      }
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
