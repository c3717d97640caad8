package io.sparkattention.jobs.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * A report as one page that works without a network: data, scripts and the library of charts
 * (Apache ECharts) stand in it.
 */
public final class AttentionReportPage {

  private static final String LIBRARY = "META-INF/resources/_static/echarts/%s/dist/echarts.min.js";
  private static final String LIBRARY_POM = "META-INF/maven/org.mvnpm/echarts/pom.properties";

  /** In the order in which they run; the last one draws the page. */
  private static final List<String> SCRIPTS =
      List.of(
          "naming.js",
          "figures.js",
          "charts.js",
          "heads.js",
          "profiles.js",
          "roles.js",
          "groups.js",
          "agreement.js",
          "flags.js",
          "documents.js",
          "words.js",
          "page.js");

  private static final ObjectMapper JSON = new ObjectMapper();

  private AttentionReportPage() {}

  /** The page. */
  public static String html(AttentionReport report) {
    return own("page.html")
        .replace("{style}", own("page.css"))
        .replace("{data}", data(report))
        .replace("{library}", library())
        .replace("{scripts}", scripts());
  }

  private static String scripts() {
    return SCRIPTS.stream().map(AttentionReportPage::own).collect(Collectors.joining());
  }

  /** JSON in which nothing can end the element that it stands in. */
  private static String data(AttentionReport report) {
    try {
      return JSON.writeValueAsString(report)
          .replace("<", "\\u003c")
          .replace(">", "\\u003e")
          .replace("&", "\\u0026");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String library() {
    Properties properties = new Properties();
    try (InputStream in = opened(LIBRARY_POM)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text(LIBRARY.formatted(properties.getProperty("version")));
  }

  private static String own(String name) {
    return text(AttentionReportPage.class.getPackageName().replace('.', '/') + "/" + name);
  }

  private static String text(String resource) {
    try (InputStream in = opened(resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream opened(String resource) throws IOException {
    InputStream in = AttentionReportPage.class.getClassLoader().getResourceAsStream(resource);
    if (in == null) {
      throw new IOException(resource + " is not on the class path");
    }
    return in;
  }
}
