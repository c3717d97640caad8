package io.sparkattention.jobs.output;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Small JSON files on any file system. */
final class Json {

  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  static <T> T read(FileSystem files, Path path, Class<T> type) throws IOException {
    try (InputStream in = files.open(path)) {
      return MAPPER.readValue(in, type);
    }
  }

  /** Writes a file that appears whole or not at all; one of that name is replaced. */
  static void write(FileSystem files, Path path, Object value) throws IOException {
    byte[] bytes = MAPPER.writeValueAsBytes(value);
    WholeFile.write(files, path, out -> out.write(bytes));
  }
}
