package io.sparkattention.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The header of a safetensors file: eight bytes of length, then JSON that says where each tensor
 * lies behind it.
 *
 * <p>Read as strictly as the format is defined: tensors cover the data without gap or overlap.
 */
final class SafetensorsHeader {

  /** The largest header that readers of the format accept. */
  static final long LONGEST = 100_000_000;

  static final String METADATA = "__metadata__";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private record Entry(TensorInfo info, long begin, long end) {}

  private final MappedFile file;
  private final List<String> problems = new ArrayList<>();
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> metadata = new TreeMap<>();
  private long dataStart;

  private SafetensorsHeader(MappedFile file) {
    this.file = file;
  }

  /** Reads the header; what is wrong with it is in {@link #problems()}. */
  static SafetensorsHeader read(MappedFile file) {
    SafetensorsHeader header = new SafetensorsHeader(file);
    JsonNode json = header.json();
    if (json != null) {
      json.properties().forEach(entry -> header.readEntry(entry.getKey(), entry.getValue()));
      header.checkOffsets();
    }
    return header;
  }

  List<String> problems() {
    return problems;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  Map<String, StoredTensor> tensors() {
    Map<String, StoredTensor> tensors = new TreeMap<>();
    for (Entry entry : entries) {
      tensors.put(
          entry.info.name(),
          new StoredTensor(entry.info, file, dataStart + entry.begin, StoredTensor.Layout.ROWS));
    }
    return tensors;
  }

  private JsonNode json() {
    if (file.size() < Long.BYTES) {
      problems.add(
          "the file has %d bytes, fewer than the 8 that give a header's length; is it truncated?"
              .formatted(file.size()));
      return null;
    }
    long length = file.map(0, Long.BYTES).getLong(0);
    if (length < 2 || length > LONGEST) {
      problems.add(
          "the header's length is %s, but must be 2 to %d; is this a safetensors file?"
              .formatted(Long.toUnsignedString(length), LONGEST));
      return null;
    }
    if (length > file.size() - Long.BYTES) {
      problems.add(
          "the header has %d bytes, but the file ends after %d of them: it is truncated"
              .formatted(length, file.size() - Long.BYTES));
      return null;
    }
    dataStart = Long.BYTES + length;
    byte[] bytes = new byte[(int) length];
    ByteBuffer mapped = file.map(Long.BYTES, length);
    mapped.get(bytes);
    try {
      JsonNode json = JSON.readTree(new String(bytes, StandardCharsets.UTF_8));
      if (json.isObject()) {
        return json;
      }
      problems.add("the header is no JSON object");
    } catch (JsonProcessingException e) {
      problems.add("the header is no valid JSON: " + e.getOriginalMessage());
    }
    return null;
  }

  private void readEntry(String name, JsonNode entry) {
    if (name.equals(METADATA)) {
      entry.properties().forEach(pair -> metadata.put(pair.getKey(), pair.getValue().asText()));
      return;
    }
    List<String> wrong = new ArrayList<>();
    ElementType type = ElementType.named(entry.path("dtype").asText()).orElse(null);
    if (type == null) {
      wrong.add(
          "tensor %s has the unknown dtype %s; known are %s"
              .formatted(name, entry.path("dtype"), List.of(ElementType.values())));
    }
    long[] shape = integers(entry.path("shape"));
    if (shape == null) {
      wrong.add("tensor %s has no valid shape: %s".formatted(name, entry.path("shape")));
    }
    long[] offsets = integers(entry.path("data_offsets"));
    if (offsets == null || offsets.length != 2 || offsets[0] > offsets[1]) {
      wrong.add(
          "tensor %s has no valid data_offsets: %s".formatted(name, entry.path("data_offsets")));
    }
    if (wrong.isEmpty()) {
      addEntry(name, type, shape, offsets, wrong);
    }
    problems.addAll(wrong);
  }

  private void addEntry(
      String name, ElementType type, long[] shape, long[] offsets, List<String> wrong) {
    try {
      TensorInfo info = new TensorInfo(name, type, shape);
      if (info.bytes() != offsets[1] - offsets[0]) {
        wrong.add(
            "tensor %s needs %d bytes, but its data_offsets hold %d"
                .formatted(info, info.bytes(), offsets[1] - offsets[0]));
      }
      entries.add(new Entry(info, offsets[0], offsets[1]));
    } catch (IllegalArgumentException e) {
      wrong.add(e.getMessage());
    }
  }

  private void checkOffsets() {
    entries.sort(
        Comparator.comparingLong(Entry::begin)
            .thenComparingLong(Entry::end)
            .thenComparing(entry -> entry.info.name()));
    long data = file.size() - dataStart;
    long covered = 0;
    String last = "the header";
    for (Entry entry : entries) {
      String name = "tensor " + entry.info.name();
      if (entry.begin < covered) {
        problems.add("%s overlaps %s".formatted(name, last));
      } else if (entry.begin > covered) {
        problems.add(
            "%d unused bytes lie between %s and %s".formatted(entry.begin - covered, last, name));
      }
      if (entry.end > data) {
        problems.add(
            "%s ends at byte %d of the data, but the file has %d: it is truncated"
                .formatted(name, entry.end, data));
      }
      if (entry.end >= covered) {
        covered = entry.end;
        last = name;
      }
    }
    if (covered < data && problems.isEmpty()) {
      problems.add("%d unused bytes lie behind %s".formatted(data - covered, last));
    }
  }

  private static long[] integers(JsonNode array) {
    if (!array.isArray()) {
      return null;
    }
    long[] values = new long[array.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = array.get(i);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0) {
        return null;
      }
      values[i] = value.asLong();
    }
    return values;
  }
}
