package io.sparkattention.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;

/** The Sparks that the POM can build for: that of its properties, and those of its profiles. */
public final class SparkVersions {

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{([^}]+)}");
  private static final String PROFILE = "spark-";

  /**
   * A Spark to build for.
   *
   * @param profile what Maven is told, or null for the default
   * @param properties all properties of the POM as the build sees them
   */
  record Build(String profile, Map<String, String> properties) {

    String property(String name) {
      return REFERENCE.matcher(properties.get(name)).replaceAll(found -> property(found.group(1)));
    }

    /** What the names of artifacts end with. */
    String suffix() {
      return "_" + property("spark.binary.version") + "_" + property("scala.binary.version");
    }

    String command() {
      return "mvn verify" + (profile == null ? "" : " -P" + profile);
    }

    String directory() {
      return "target" + (profile == null ? "" : "/" + profile);
    }

    String delta() {
      return property("delta.artifact") + ":" + property("delta.version");
    }
  }

  private SparkVersions() {}

  /** Builds, the default first. */
  static List<Build> all() {
    Element project = parent();
    Map<String, String> common = properties(project);
    List<Build> builds = new ArrayList<>(List.of(new Build(null, common)));
    for (Element profile : children(child(project, "profiles").orElseThrow())) {
      String id = child(profile, "id").orElseThrow().getTextContent();
      if (id.startsWith(PROFILE)) {
        Map<String, String> properties = new TreeMap<>(common);
        properties.putAll(properties(profile));
        builds.add(new Build(id, properties));
      }
    }
    return builds;
  }

  /** The table of the documentation. */
  public static String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        "| Spark | Built by | Directory | Artifacts | Scala | Jackson | Tested beside |\n");
    table.append("| --- | --- | --- | --- | --- | --- | --- |\n");
    for (Build build : all()) {
      table.append(
          String.format(
              "| %s | `%s` | `%s` | `…%s` | %s | %s | Delta %s, Iceberg %s |%n",
              build.property("spark.version"),
              build.command(),
              build.directory(),
              build.suffix(),
              build.property("scala.version"),
              build.property("jackson.version"),
              build.property("delta.version"),
              build.property("iceberg.version")));
    }
    return table.toString();
  }

  private static Element parent() {
    Path pom = Page.HOME.resolve("pom.xml");
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(pom.toFile())
          .getDocumentElement();
    } catch (IOException | SAXException | ParserConfigurationException e) {
      throw new IllegalStateException(pom + " cannot be read", e);
    }
  }

  private static Map<String, String> properties(Element parent) {
    Map<String, String> properties = new TreeMap<>();
    child(parent, "properties")
        .ifPresent(
            all ->
                children(all)
                    .forEach(each -> properties.put(each.getTagName(), each.getTextContent())));
    return properties;
  }

  private static Optional<Element> child(Element parent, String name) {
    return children(parent).stream().filter(each -> each.getTagName().equals(name)).findFirst();
  }

  private static List<Element> children(Element parent) {
    List<Element> children = new ArrayList<>();
    for (Node each = parent.getFirstChild(); each != null; each = each.getNextSibling()) {
      if (each instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }
}
