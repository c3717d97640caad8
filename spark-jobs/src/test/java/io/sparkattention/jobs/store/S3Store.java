package io.sparkattention.jobs.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.FileUtils;

/** S3 over HTTP: a process that keeps objects in a temporary folder, behind a proxy. */
final class S3Store implements Store {

  private static final String BUCKET = "corpus";
  private static final Pattern PORT = Pattern.compile("Tomcat started on port.* (\\d+) \\(http\\)");
  private static S3Store started;

  private final Process process;
  private final UnsteadyProxy proxy;

  private S3Store(Path folder) throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    process =
        new ProcessBuilder(
                java.toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-Djava.io.tmpdir=" + folder,
                "-jar",
                System.getProperty("s3mock.jar"),
                "--server.port=0",
                "--com.adobe.testing.s3mock.httpPort=0",
                "--com.adobe.testing.s3mock.store.initialBuckets=" + BUCKET)
            .redirectErrorStream(true)
            .start();
    proxy = new UnsteadyProxy(port(process));
    configure();
  }

  static synchronized S3Store started() {
    if (started == null) {
      try {
        Path folder = Files.createTempDirectory("s3-");
        S3Store store = new S3Store(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> store.end(folder)));
        started = store;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return started;
  }

  /** The port that it listens on; what it says afterwards is thrown away. */
  private static int port(Process process) throws IOException {
    BufferedReader said = process.inputReader();
    StringBuilder all = new StringBuilder();
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      all.append(line).append('\n');
      Matcher matcher = PORT.matcher(line);
      if (matcher.find()) {
        Thread reader = new Thread(() -> said.lines().forEach(rest -> {}));
        reader.setDaemon(true);
        reader.start();
        return Integer.parseInt(matcher.group(1));
      }
    }
    throw new IOException("the store did not start:\n" + all);
  }

  private void configure() {
    Store.configure("fs.s3a.endpoint", "http://127.0.0.1:" + proxy.port());
    Store.configure("fs.s3a.endpoint.region", "us-east-1");
    Store.configure("fs.s3a.path.style.access", true);
    Store.configure("fs.s3a.access.key", "name");
    Store.configure("fs.s3a.secret.key", "secret");
    // Clients that try again, and give up after a moment.
    Store.configure("fs.s3a.attempts.maximum", 1);
    for (String kind : List.of("", "throttle.")) {
      Store.configure("fs.s3a.retry." + kind + "limit", 2);
      Store.configure("fs.s3a.retry." + kind + "interval", "20ms");
    }
  }

  private void end(Path folder) {
    process.destroyForcibly();
    proxy.close();
    FileUtils.deleteQuietly(folder.toFile());
  }

  @Override
  public String root() {
    return "s3a://" + BUCKET + "/";
  }

  /** What can be told to fail. */
  UnsteadyProxy proxy() {
    return proxy;
  }
}
