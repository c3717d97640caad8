package io.sparkattention.udfs.location;

import io.sparkattention.udfs.config.ConfigKey;
import io.sparkattention.udfs.config.OptionType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;

/**
 * How the hub is reached.
 *
 * @param endpoint the hub, or a mirror of it
 * @param token names the user to the endpoint; empty for none
 * @param folder where what was fetched stays
 * @param attempts how often in a row a transfer may fail without bringing anything
 * @param pause before the second attempt; longer before each that follows
 * @param patience how long a connection may be silent
 */
public record HubSettings(
    URI endpoint, String token, Path folder, int attempts, Duration pause, Duration patience) {

  /** Names a mirror; the environment variable {@code HF_ENDPOINT} does so too. */
  public static final ConfigKey<URI> ENDPOINT =
      new ConfigKey<>(
          "hf.endpoint",
          new OptionType<>("address", HubSettings::address),
          "`HF_ENDPOINT` of the environment, or else the public hub",
          "Where models of `hf://` are fetched: a mirror");

  private static final String DEFAULT_ENDPOINT = "https://huggingface.co";

  /**
   * What this process was configured with.
   *
   * @throws IllegalArgumentException if the endpoint is no address
   * @throws IOException if there is no folder for what is fetched
   */
  static HubSettings current() throws IOException {
    SparkConf conf = SparkEnv.get() == null ? new SparkConf() : SparkEnv.get().conf();
    return of(conf, System::getenv, LocalFolders.lasting());
  }

  static HubSettings of(SparkConf conf, UnaryOperator<String> environment, Path cache) {
    String fromEnvironment = environment.apply("HF_ENDPOINT");
    boolean named = fromEnvironment != null && !fromEnvironment.isBlank();
    URI endpoint =
        ENDPOINT.value(conf).orElseGet(() -> mirror(named ? fromEnvironment : DEFAULT_ENDPOINT));
    String token = environment.apply("HF_TOKEN");
    return new HubSettings(
        endpoint,
        token == null ? "" : token.strip(),
        cache.resolve("hub"),
        5,
        Duration.ofSeconds(1),
        Duration.ofMinutes(1));
  }

  private static URI mirror(String fromEnvironment) {
    try {
      return address(fromEnvironment);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("HF_ENDPOINT=" + fromEnvironment + ": " + e.getMessage());
    }
  }

  private static URI address(String text) {
    if (!text.matches("https?://[^/?#]+(/[^?#]*)?")) {
      throw new IllegalArgumentException("use an address that begins with https://");
    }
    return URI.create(text.replaceFirst("/+$", ""));
  }

  /**
   * Waits before another attempt.
   *
   * @param failures how many attempts in a row have failed
   * @throws IOException if this thread is interrupted
   */
  void pauseAfter(int failures) throws IOException {
    try {
      Thread.sleep(pause.toMillis() * failures);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a model was fetched", e);
    }
  }

  @Override
  public String toString() {
    return "HubSettings[" + endpoint + ", " + folder + "]"; // the token is a secret
  }
}
