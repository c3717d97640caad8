package io.sparkattention.udfs.batch;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/** Finds bytes that are not UTF-8, which Spark's own readers pass on or replace in silence. */
public final class Utf8 {

  private Utf8() {}

  /**
   * Says where bytes stop being UTF-8.
   *
   * @return null if all of them are, or if there are none
   */
  public static String problem(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(4_096);
    var decoder = StandardCharsets.UTF_8.newDecoder(); // reports, unlike new String(bytes, UTF_8)
    CoderResult result;
    do {
      out.clear();
      result = decoder.decode(in, out, true);
    } while (result.isOverflow());
    return result.isError()
        ? String.format("not UTF-8: byte 0x%02X at offset %d", in.get(in.position()), in.position())
        : null;
  }
}
