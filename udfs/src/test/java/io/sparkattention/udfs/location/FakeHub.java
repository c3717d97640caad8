package io.sparkattention.udfs.location;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A hub with one repository, org/name, on this machine: small files come from it, large ones by a
 * redirect from a second server, as from the real hub's store.
 */
final class FakeHub implements AutoCloseable {

  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  static final String PINNED = "hf://org/name@" + COMMIT;

  private static final int LARGE = 1_000;

  final Map<String, byte[]> files = new TreeMap<>();

  /** What was asked for, as "path" or "path from byte", and with what token the store was asked. */
  final List<String> requests = Collections.synchronizedList(new ArrayList<>());

  final List<String> tokensOfStore = Collections.synchronizedList(new ArrayList<>());

  /** After how many bytes the next transfers of large files break. */
  final List<Integer> breaks = Collections.synchronizedList(new ArrayList<>());

  final AtomicInteger busy = new AtomicInteger();
  String tamperedFile = "";
  String token = "";
  boolean resumes = true;
  boolean tellsChecksums = true;
  private final HttpServer hub = server();
  private final HttpServer store = server();

  FakeHub() throws IOException {
    files.put("config.json", "{\"model_type\": \"bert\"}".getBytes(StandardCharsets.UTF_8));
    files.put("1_Pooling/config.json", "{}".getBytes(StandardCharsets.UTF_8));
    files.put("model.safetensors", weights(300_000));
    files.put("pytorch_model.bin", weights(200_000));
    hub.createContext("/", exchange -> answer(exchange, false));
    store.createContext("/", exchange -> answer(exchange, true));
  }

  private static byte[] weights(int size) {
    byte[] weights = new byte[size];
    for (int i = 0; i < size; i++) {
      weights[i] = (byte) (i * 31);
    }
    return weights;
  }

  private static HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            }));
    server.start();
    return server;
  }

  HubSettings settings(Path folder) {
    return new HubSettings(
        address(hub), "", folder, 3, Duration.ofMillis(1), Duration.ofSeconds(5));
  }

  HubSettings settings(Path folder, String withToken) {
    return new HubSettings(
        address(hub), withToken, folder, 3, Duration.ofMillis(1), Duration.ofSeconds(5));
  }

  HubSource source(Path folder) {
    return new HubSource(() -> settings(folder));
  }

  private static URI address(HttpServer server) {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  private void answer(HttpExchange exchange, boolean fromStore) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String resolve = "/org/name/resolve/" + COMMIT + "/";
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    if (fromStore) {
      tokensOfStore.add(String.valueOf(authorization));
      send(exchange, path.substring(1));
    } else if (!token.isEmpty() && !("Bearer " + token).equals(authorization)) {
      status(exchange, authorization == null ? 401 : 403);
    } else if (busy.getAndDecrement() > 0) {
      status(exchange, 503);
    } else if (path.equals("/api/models/org/name/revision/main")
        || path.equals("/api/models/org/name/revision/" + COMMIT)) {
      requests.add(path.substring("/api/models/".length()));
      respond(exchange, 200, description().getBytes(StandardCharsets.UTF_8));
    } else if (path.startsWith(resolve) && files.containsKey(path.substring(resolve.length()))) {
      String file = path.substring(resolve.length());
      if (files.get(file).length < LARGE) {
        send(exchange, file);
      } else {
        exchange.getResponseHeaders().add("Location", address(store) + "/" + file);
        exchange.getResponseHeaders().add("X-Linked-Etag", '"' + sha256(files.get(file)) + '"');
        status(exchange, 302);
      }
    } else {
      status(exchange, 404);
    }
  }

  private void send(HttpExchange exchange, String file) throws IOException {
    byte[] content = files.get(file);
    if (file.equals(tamperedFile)) {
      content = content.clone();
      content[content.length / 2]++;
    }
    String range = exchange.getRequestHeaders().getFirst("Range");
    int from = 0;
    if (range != null && resumes) {
      from = Integer.parseInt(range.replaceAll("\\D", ""));
    }
    requests.add(from == 0 ? file : file + " from " + from);
    int length = content.length - from;
    exchange.sendResponseHeaders(from == 0 ? 200 : 206, length);
    boolean breaks = content.length >= LARGE && !this.breaks.isEmpty();
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(content, from, breaks ? Math.min(length, this.breaks.remove(0)) : length);
      out.flush();
      if (breaks) {
        throw new IOException("the connection breaks");
      }
    }
  }

  private String description() {
    List<String> siblings = new ArrayList<>();
    files.forEach(
        (path, content) -> {
          String lfs =
              content.length < LARGE
                  ? ", \"blobId\": \"" + blobId(content) + "\", \"size\": " + content.length
                  : ", \"lfs\": {\"sha256\": \"%s\", \"size\": %d}"
                      .formatted(sha256(content), content.length);
          siblings.add("{\"rfilename\": \"%s\"%s}".formatted(path, tellsChecksums ? lfs : ""));
        });
    return "{\"sha\": \"%s\", \"siblings\": [%s]}".formatted(COMMIT, String.join(", ", siblings));
  }

  static String sha256(byte[] content) {
    return hex("SHA-256", content);
  }

  static String blobId(byte[] content) {
    byte[] header = ("blob " + content.length + "\0").getBytes(StandardCharsets.UTF_8);
    byte[] all = Arrays.copyOf(header, header.length + content.length);
    System.arraycopy(content, 0, all, header.length, content.length);
    return hex("SHA-1", all);
  }

  private static String hex(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void status(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  @Override
  public void close() {
    hub.stop(0);
    store.stop(0);
  }
}
