package io.sparkattention.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes files of JSON lines, also broken ones. */
public final class Lines {

  private static final ObjectMapper JSON = new ObjectMapper();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** A line of names and values in turn. */
  public Lines add(Object... namesAndValues) {
    return raw(json(namesAndValues), StandardCharsets.UTF_8);
  }

  /** A line as it is, in some encoding. */
  public Lines raw(String line, Charset charset) {
    bytes.writeBytes((line + "\n").getBytes(charset));
    return this;
  }

  /** Writes the lines. */
  public Path to(Path file) {
    try {
      return Files.write(file, bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One object of names and values in turn. */
  public static String json(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    try {
      return JSON.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Documents {@code d0, d1, …}, each of two sentences. */
  public static Lines documents(int count) {
    Lines lines = new Lines();
    for (int i = 0; i < count; i++) {
      lines.add("id", "d" + i, "text", "Document " + i + " begins here. It ends with " + i + ".");
    }
    return lines;
  }
}
