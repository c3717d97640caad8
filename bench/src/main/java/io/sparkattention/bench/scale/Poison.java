package io.sparkattention.bench.scale;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Lines that have no result: what is wrong with each, and how its error must end. */
enum Poison {
  NOT_JSON("the line is not JSON") {
    @Override
    byte[] line(ObjectNode row, String textColumn) {
      byte[] whole = super.line(row, textColumn);
      return Arrays.copyOf(whole, whole.length - 2);
    }
  },
  NOT_UTF8("not UTF-8: byte 0xEF at offset \\d+") {
    @Override
    byte[] line(ObjectNode row, String textColumn) {
      row.put(textColumn, "na\u00efve");
      return row.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
  },
  NULL("is null") {
    @Override
    byte[] line(ObjectNode row, String textColumn) {
      return super.line(row.putNull(textColumn), textColumn);
    }
  },
  MISSING("is null") {
    @Override
    byte[] line(ObjectNode row, String textColumn) {
      row.remove(textColumn);
      return super.line(row, textColumn);
    }
  },
  EMPTY("is empty") {
    @Override
    byte[] line(ObjectNode row, String textColumn) {
      return super.line(row.put(textColumn, ""), textColumn);
    }
  },
  BLANK("is empty") {
    @Override
    byte[] line(ObjectNode row, String textColumn) {
      return super.line(row.put(textColumn, " \t\n "), textColumn);
    }
  };

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String ending;

  Poison(String ending) {
    this.ending = ending;
  }

  /** The one of that number, which counts on through all kinds. */
  static Poison of(int number) {
    return values()[number % values().length];
  }

  /** How many of so many have an error that ends as that of this kind. */
  long alike(int count) {
    return IntStream.range(0, count).filter(i -> of(i).ending.equals(ending)).count();
  }

  /** What the error of such a row matches. */
  String reason() {
    return ".*" + ending;
  }

  /** The bytes of a line that was good before, without its end. */
  byte[] line(ObjectNode row, String textColumn) {
    return row.toString().getBytes(StandardCharsets.UTF_8);
  }

  static ObjectNode row() {
    return JSON.createObjectNode();
  }
}
