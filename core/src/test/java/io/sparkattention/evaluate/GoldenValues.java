package io.sparkattention.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/** What independent programs computed; see the README beside the files. */
final class GoldenValues {

  private static final Path ROOT = Path.of("src", "test", "resources", "golden-evaluate");

  private GoldenValues() {}

  static JsonNode json(String name) {
    try {
      return new ObjectMapper().readTree(ROOT.resolve(name).toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(String name) {
    try {
      return Files.readAllLines(ROOT.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The fields of a table's lines. */
  static List<String[]> rows(String name) {
    return lines(name).stream().map(line -> line.split("\t")).toList();
  }

  static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  static double[] numbers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }
}
