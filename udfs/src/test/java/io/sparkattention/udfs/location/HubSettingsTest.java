package io.sparkattention.udfs.location;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

class HubSettingsTest {

  private static HubSettings settings(SparkConf conf, Map<String, String> environment) {
    return HubSettings.of(conf, environment::get, Path.of("cache"));
  }

  @Test
  void aMirrorIsNamedByKeyOrEnvironment() {
    SparkConf conf = new SparkConf(false);
    assertThat(settings(conf, Map.of()).endpoint()).hasScheme("https").hasNoQuery();
    Map<String, String> environment = Map.of("HF_ENDPOINT", "https://mirror.example/hub/");
    assertThat(settings(conf, environment).endpoint()).hasToString("https://mirror.example/hub");
    conf.set("spark.attention.hf.endpoint", "http://localhost:8080");
    assertThat(settings(conf, environment).endpoint()).hasToString("http://localhost:8080");
  }

  @Test
  void whatIsNoAddressIsRefused() {
    for (String endpoint : new String[] {"", "mirror", "ftp://mirror", "https://mirror?x=1"}) {
      SparkConf conf = new SparkConf(false).set("spark.attention.hf.endpoint", endpoint);
      assertThatThrownBy(() -> settings(conf, Map.of()))
          .hasMessage(
              "spark.attention.hf.endpoint="
                  + endpoint
                  + ": use an address that begins with https://");
    }
  }

  @Test
  void theEnvironmentIsCheckedToo() {
    SparkConf conf = new SparkConf(false);
    assertThat(settings(conf, Map.of("HF_ENDPOINT", " ")).endpoint()).hasScheme("https");
    assertThatThrownBy(() -> settings(conf, Map.of("HF_ENDPOINT", "mirror")))
        .hasMessage("HF_ENDPOINT=mirror: use an address that begins with https://");
  }

  @Test
  void whatWasFetchedStaysInTheCache() {
    assertThat(settings(new SparkConf(false), Map.of("HF_TOKEN", " t\n")))
        .satisfies(settings -> assertThat(settings.folder()).isEqualTo(Path.of("cache", "hub")))
        .satisfies(settings -> assertThat(settings.token()).isEqualTo("t"));
  }
}
