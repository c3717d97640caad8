package io.sparkattention.jobs.input;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The records of a CSV file, as bytes: its lines, but that a field in quotes may hold line breaks
 * (RFC 4180). A quote that is never closed costs its own line; the lines after it are read on.
 */
final class CsvRecords implements Iterator<CsvRecords.CsvRecord> {

  /** A quoted field longer than this counts as never closed, in bytes. */
  private static final int LONGEST = 64 << 20;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /**
   * A record.
   *
   * @param bytes without its line end
   * @param line where it begins, from 1
   * @param closed whether its last quote is closed
   */
  record CsvRecord(byte[] bytes, long line, boolean closed) {}

  private InputStream in;
  private long line = 1;
  private CsvRecord next;

  /**
   * @param in read to its end, not closed; should be buffered
   */
  CsvRecords(InputStream in) throws IOException {
    byte[] start = in.readNBytes(BYTE_ORDER_MARK.length);
    this.in = Arrays.equals(start, BYTE_ORDER_MARK) ? in : before(start, in);
    next = advance();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public CsvRecord next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    CsvRecord current = next;
    try {
      next = advance();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return current;
  }

  /** The next record that is not blank, or null. */
  private CsvRecord advance() throws IOException {
    CsvRecord read = read();
    while (read != null && isBlank(read.bytes)) {
      read = read();
    }
    return read;
  }

  private CsvRecord read() throws IOException {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    long begin = line;
    int firstLine = -1; // length of the record's first line, where it has several
    Place place = Place.FIELD_START;
    int b = in.read();
    if (b < 0) {
      return null;
    }
    for (; b >= 0 && record.size() < LONGEST; b = in.read()) {
      if (b == '\n') {
        line++;
        if (place != Place.QUOTED) {
          return new CsvRecord(withoutReturn(record.toByteArray()), begin, true);
        }
        firstLine = firstLine < 0 ? record.size() : firstLine;
      }
      place = place.after(b);
      record.write(b);
    }
    byte[] bytes = record.toByteArray();
    if (b >= 0) {
      in = before(new byte[] {(byte) b}, in);
    }
    if (place != Place.QUOTED) {
      return new CsvRecord(withoutReturn(bytes), begin, true);
    }
    if (firstLine >= 0) {
      in = before(Arrays.copyOfRange(bytes, firstLine + 1, bytes.length), in);
      bytes = Arrays.copyOf(bytes, firstLine);
      line = begin + 1;
    }
    return new CsvRecord(withoutReturn(bytes), begin, false);
  }

  /** Where in a record a byte stands. */
  private enum Place {
    FIELD_START,
    PLAIN,
    QUOTED,
    /** After a quote in quotes, which ends them, or is doubled and stands for itself. */
    AFTER_QUOTE;

    Place after(int b) {
      if (this == QUOTED) {
        return b == '"' ? AFTER_QUOTE : QUOTED;
      }
      if (b == '"') {
        return this == PLAIN ? PLAIN : QUOTED;
      }
      return b == ',' ? FIELD_START : PLAIN;
    }
  }

  private static boolean isBlank(byte[] bytes) {
    for (byte b : bytes) {
      if (b != ' ' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  private static byte[] withoutReturn(byte[] bytes) {
    int last = bytes.length - 1;
    return last >= 0 && bytes[last] == '\r' ? Arrays.copyOf(bytes, last) : bytes;
  }

  private static InputStream before(byte[] bytes, InputStream rest) {
    return new SequenceInputStream(new ByteArrayInputStream(bytes), rest);
  }
}
