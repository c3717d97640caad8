package io.sparkattention.udfs.location;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Speaks to the hub over HTTP. Redirects are followed here, so that a token never goes to another
 * host and an encrypted connection never ends in an open one.
 */
final class HubClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_REDIRECTS = 8;

  private final HubSettings settings;

  HubClient(HubSettings settings) {
    this.settings = settings;
  }

  /**
   * A file's bytes from some byte on.
   *
   * @param from where they begin, which is 0 where the server does not resume
   * @param checksum of the whole file, where the server says
   */
  record Content(InputStream bytes, long from, Optional<Checksum> checksum)
      implements AutoCloseable {

    @Override
    public void close() throws IOException {
      bytes.close();
    }
  }

  /** What the hub says about a revision: its commit ({@code sha}) and files ({@code siblings}). */
  JsonNode revision(HubLocation location) throws IOException {
    String revision = URLEncoder.encode(location.revision(), StandardCharsets.UTF_8);
    URI address =
        address("/api/models/" + location.repository() + "/revision/" + revision + "?blobs=true");
    for (int failures = 1; ; failures++) {
      try (Content answer = open(location, address, 0)) {
        return JSON.readTree(answer.bytes());
      } catch (HubProblem.BusyException e) {
        if (failures == settings.attempts()) {
          throw e;
        }
        settings.pauseAfter(failures);
      }
    }
  }

  /** Opens a file of a pinned location at some byte. */
  Content open(HubLocation location, String path, long from) throws IOException {
    return open(
        location,
        address("/" + location.repository() + "/resolve/" + location.revision() + "/" + path),
        from);
  }

  private URI address(String path) {
    return URI.create(settings.endpoint() + path);
  }

  private Content open(HubLocation location, URI address, long from) throws IOException {
    Optional<Checksum> checksum = Optional.empty();
    URI at = address;
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      HttpURLConnection connection = connect(at, from);
      int status = connection.getResponseCode();
      checksum = checksum.or(() -> checksum(connection));
      if (status == 200) {
        return new Content(connection.getInputStream(), 0, checksum);
      }
      if (status == 206) {
        return new Content(connection.getInputStream(), from, checksum);
      }
      String next = connection.getHeaderField("Location");
      connection.disconnect();
      if (status < 300 || status >= 400 || next == null) {
        throw HubProblem.of(location, settings.endpoint(), at, status);
      }
      URI target = at.resolve(next);
      if (at.getScheme().equals("https") && !target.getScheme().equals("https")) {
        throw new IOException(at + " redirects to " + target + ", which is not encrypted");
      }
      at = target;
    }
    throw new IOException(address + " redirects more than " + MOST_REDIRECTS + " times");
  }

  private HttpURLConnection connect(URI address, long from) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setInstanceFollowRedirects(false);
    connection.setConnectTimeout((int) settings.patience().toMillis());
    connection.setReadTimeout((int) settings.patience().toMillis());
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (from > 0) {
      connection.setRequestProperty("Range", "bytes=" + from + "-");
    }
    if (!settings.token().isEmpty() && trusted(address)) {
      connection.setRequestProperty("Authorization", "Bearer " + settings.token());
    }
    return connection;
  }

  private boolean trusted(URI address) {
    return address.getScheme().equals(settings.endpoint().getScheme())
        && address.getAuthority().equals(settings.endpoint().getAuthority());
  }

  private static Optional<Checksum> checksum(HttpURLConnection connection) {
    return Checksum.of(connection.getHeaderField("X-Linked-Etag"))
        .or(() -> Checksum.of(connection.getHeaderField("ETag")));
  }
}
