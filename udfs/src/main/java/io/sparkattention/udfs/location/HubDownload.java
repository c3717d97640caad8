package io.sparkattention.udfs.location;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one file from the hub. What has come is kept in a file beside the place, so that a broken
 * transfer, also one of an earlier process, goes on where it stopped; the file takes its place only
 * with the right size and checksum.
 */
final class HubDownload {

  private static final Logger LOG = LoggerFactory.getLogger(HubDownload.class);

  private final HubClient client;
  private final HubSettings settings;
  private final HubLocation location;

  HubDownload(HubClient client, HubSettings settings, HubLocation location) {
    this.client = client;
    this.settings = settings;
    this.location = location;
  }

  /**
   * Brings a file to its place in a directory.
   *
   * @throws IOException if it cannot be had, or is not what it must be; what has come is kept
   */
  void fetch(HubFile file, Path directory) throws IOException {
    Path target = directory.resolve(file.path());
    Path partial = target.resolveSibling(target.getFileName() + ".partial");
    Files.createDirectories(target.getParent());
    int failures = 0;
    while (!Files.exists(target)) {
      long before = size(partial);
      try {
        boolean whole = file.size() > 0 && before >= file.size();
        Optional<Checksum> seen = whole ? Optional.empty() : transfer(file, partial);
        if (complete(file, partial, file.checksum().or(() -> seen), before > 0)) {
          Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        }
      } catch (WrongContentException e) {
        throw e;
      } catch (IOException e) {
        failures = size(partial) > before ? 1 : failures + 1;
        if (failures >= settings.attempts()) {
          throw e;
        }
        LOG.warn("{} of {}: {}; trying again", file.path(), location, e.toString());
        settings.pauseAfter(failures);
      }
    }
  }

  /** Content that is not what the hub says it is. */
  private static final class WrongContentException extends IOException {
    private static final long serialVersionUID = 1L;

    private WrongContentException(String message) {
      super(message);
    }
  }

  /** Goes on with what is there; begins anew where nothing tells when the file is whole. */
  private Optional<Checksum> transfer(HubFile file, Path partial) throws IOException {
    long from = file.size() < 0 ? 0 : size(partial);
    try (HubClient.Content content = client.open(location, file.path(), from)) {
      StandardOpenOption how =
          content.from() > 0 ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
      try (OutputStream out =
          Files.newOutputStream(
              partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE, how)) {
        content.bytes().transferTo(out);
      }
      return content.checksum();
    }
  }

  /**
   * Whether the file is whole and right; what was resumed and came out wrong is begun anew.
   *
   * @throws WrongContentException if the server itself gives something else
   */
  private boolean complete(HubFile file, Path partial, Optional<Checksum> checksum, boolean resumed)
      throws IOException {
    long size = size(partial);
    if (file.size() >= 0 && size < file.size()) {
      throw new IOException("the transfer ended after " + size + " of " + file.size() + " bytes");
    }
    boolean right =
        (file.size() < 0 || size == file.size())
            && (checksum.isEmpty() || checksum.get().matches(partial));
    if (!right) {
      Files.delete(partial);
      if (!resumed) {
        throw new WrongContentException(
            file.path()
                + " is not what it should be: "
                + size
                + " bytes came, which are not "
                + file.size()
                + " bytes of checksum "
                + checksum.map(Checksum::hex).orElse("unknown")
                + "; they were deleted. Is "
                + settings.endpoint()
                + " the hub, or a mirror of it?");
      }
    }
    return right;
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }
}
