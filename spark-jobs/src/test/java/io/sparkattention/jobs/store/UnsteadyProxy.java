package io.sparkattention.jobs.store;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Stands before an HTTP server of the same machine and can be told to fail. */
final class UnsteadyProxy {

  /** How a request fails. */
  enum Fault {
    /** The server says that it is busy; nothing is done. */
    BUSY,
    /** The connection ends in the middle of the answer, after all was done. */
    CUT
  }

  private static final Set<String> OF_CONNECTIONS =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");
  private static final byte[] BUSY =
      "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
          .getBytes(StandardCharsets.UTF_8);

  static {
    // Otherwise each answer waits 40 ms for its headers to be acknowledged.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final String target;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(UnsteadyProxy::daemon);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicInteger failed = new AtomicInteger();
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private volatile Fault fault = Fault.BUSY;
  private volatile Predicate<String> failing = request -> false;

  UnsteadyProxy(int port) throws IOException {
    target = "http://127.0.0.1:" + port;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "unsteady-proxy");
    thread.setDaemon(true);
    return thread;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Lets the next requests fail that look so, as {@code METHOD /path?query}. */
  void failNext(Fault how, int times, String pattern) {
    Pattern requests = Pattern.compile(pattern);
    AtomicInteger left = new AtomicInteger(times);
    fail(how, request -> requests.matcher(request).find() && left.getAndDecrement() > 0);
  }

  /** Once a request looks so, lets it and those that come after it fail that look as given. */
  void failFrom(Fault how, String first, String pattern) {
    Pattern begin = Pattern.compile(first);
    Pattern requests = Pattern.compile(pattern);
    AtomicBoolean begun = new AtomicBoolean();
    fail(
        how,
        request -> {
          if (begin.matcher(request).find()) {
            begun.set(true);
          }
          return begun.get() && requests.matcher(request).find();
        });
  }

  private void fail(Fault how, Predicate<String> requests) {
    failed.set(0);
    fault = how;
    failing = requests;
  }

  /** Lets no request fail any more; returns how many did. */
  int recover() {
    failing = request -> false;
    return failed.getAndSet(0);
  }

  /** How many requests looked so. */
  long seen(String pattern) {
    Pattern wanted = Pattern.compile(pattern);
    return requests.stream().filter(request -> wanted.matcher(request).find()).count();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      requests.add(request);
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean fails = failing.test(request);
      if (fails) {
        failed.incrementAndGet();
      }
      if (fails && fault == Fault.BUSY) {
        send(exchange, 503, BUSY, BUSY.length);
        return;
      }
      HttpResponse<byte[]> answer =
          client.send(forwarded(exchange, body), BodyHandlers.ofByteArray());
      answer.headers().map().forEach(exchange.getResponseHeaders()::put);
      byte[] content = answer.body();
      send(exchange, answer.statusCode(), content, fails ? content.length / 2 : content.length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest forwarded(HttpExchange exchange, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OF_CONNECTIONS.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return request.build();
  }

  /** Sends the beginning of a content; an exchange that ends before its content is cut. */
  private static void send(HttpExchange exchange, int status, byte[] content, int bytes)
      throws IOException {
    boolean bodiless = exchange.getRequestMethod().equals("HEAD") || status == 204 || status == 304;
    exchange.getResponseHeaders().remove("transfer-encoding");
    if (!bodiless) {
      exchange.getResponseHeaders().remove("content-length");
    }
    if (bodiless || content.length == 0) {
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, content.length);
      exchange.getResponseBody().write(content, 0, bytes);
      exchange.getResponseBody().flush();
    }
  }

  void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
