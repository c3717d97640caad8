package io.sparkattention.bench.findings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A log of findings: where and how they were made, what was run, then one finding a line. */
final class FindingsLog {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FINDING = "{\"model\"";

  private FindingsLog() {}

  /** The findings of a log. */
  static List<Finding> read(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .filter(line -> line.startsWith(FINDING))
        .map(Finding::ofJson)
        .toList();
  }

  /** Writes findings with the settings of the runs that lie in a folder. */
  static void write(Path log, Path folder, String command, List<Finding> found) throws IOException {
    List<String> lines = new ArrayList<>();
    ObjectNode head = JSON.createObjectNode().put("command", command);
    head.put("machine", machine());
    lines.add(head.toString());
    try (Stream<Path> files = Files.walk(folder, 3)) {
      for (Path file : files.filter(each -> each.endsWith("_run.json")).sorted().toList()) {
        lines.add(run(JSON.readTree(Files.readString(file))).toString());
      }
    }
    found.forEach(each -> lines.add(each.toJson()));
    Files.write(log, lines);
  }

  /** What of a run's record tells how its numbers came about. */
  private static ObjectNode run(JsonNode record) {
    JsonNode settings = record.get("settings");
    ObjectNode run = JSON.createObjectNode();
    for (String each : List.of("model", "level", "statistics", "max-tokens", "dtype", "device")) {
      run.put("run of " + each, settings.path(each).asText());
    }
    run.put("input", Path.of(settings.path("input").asText()).getFileName().toString());
    run.set("counts", record.get("counts"));
    run.set("versions", record.get("versions"));
    run.put("started", record.path("started").asText());
    run.set("seconds", record.get("seconds"));
    return run;
  }

  private static String machine() throws IOException {
    String named = System.getenv("MACHINE"); // where the tables come from another one
    if (named != null) {
      return named;
    }
    Path cpus = Path.of("/proc/cpuinfo");
    String name =
        Files.exists(cpus)
            ? Files.readAllLines(cpus).stream()
                .filter(line -> line.startsWith("model name"))
                .findFirst()
                .map(line -> line.replaceFirst(".*: ", ""))
                .orElse(System.getProperty("os.arch"))
            : System.getProperty("os.arch");
    return Runtime.getRuntime().availableProcessors() + " cores, " + name;
  }
}
