package io.sparkattention.jobs.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The records of a CSV file, as bytes: its lines, but that a field in quotes may hold line breaks
 * (RFC 4180). A quoted field must end at a comma or a line end. One that does not costs the line
 * where it begins; the lines after that are read on.
 */
final class CsvRecords implements Iterator<CsvRecords.CsvRecord> {

  /** A quoted field longer than this counts as never closed, in bytes. */
  private static final int LONGEST = 64 << 20;

  private static final String NEVER_CLOSED = "a quote is opened and never closed";
  private static final byte[] NOTHING = {};
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  /**
   * A record.
   *
   * @param bytes without its line end
   * @param line where it begins, from 1
   * @param fault what is wrong with its quotes, or null
   */
  record CsvRecord(byte[] bytes, long line, String fault) {}

  private final InputStream in;
  private byte[] again; // bytes that were given back
  private int at; // where in them to read on
  private long line = 1;
  private CsvRecord next;

  /**
   * @param in read to its end, not closed; should be buffered
   */
  CsvRecords(InputStream in) throws IOException {
    this.in = in;
    again = in.readNBytes(BYTE_ORDER_MARK.length);
    at = Arrays.equals(again, BYTE_ORDER_MARK) ? again.length : 0;
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
    int b = readByte();
    if (b < 0) {
      return null;
    }
    while (b >= 0) {
      if (b == '\n' && place != Place.QUOTED) {
        line++;
        break;
      }
      if (b == '\n') {
        line++;
        firstLine = firstLine < 0 ? record.size() : firstLine;
      }
      place = place.after(b);
      record.write(b);
      if (record.size() >= LONGEST || (place == Place.BROKEN && firstLine >= 0)) {
        break;
      }
      b = readByte();
    }
    byte[] bytes = record.toByteArray();
    if (place != Place.QUOTED && place != Place.BROKEN) {
      return new CsvRecord(withoutReturn(bytes), begin, null);
    }
    if (firstLine < 0) {
      String fault = place == Place.QUOTED ? NEVER_CLOSED : "text follows a quote that closes";
      return new CsvRecord(withoutReturn(bytes), begin, fault);
    }
    giveBack(Arrays.copyOfRange(bytes, firstLine + 1, bytes.length));
    line = begin + 1;
    return new CsvRecord(withoutReturn(Arrays.copyOf(bytes, firstLine)), begin, NEVER_CLOSED);
  }

  private int readByte() throws IOException {
    if (at < again.length) {
      return again[at++] & 0xFF;
    }
    at = 0;
    again = NOTHING;
    return in.read();
  }

  /** Lets the bytes that were read last be read again. */
  private void giveBack(byte[] last) {
    if (at >= last.length) { // they were given back before
      at -= last.length;
      return;
    }
    again = last; // nothing else is left to read again, or they would not reach beyond it
    at = 0;
  }

  /** Where in a record a byte stands. */
  private enum Place {
    FIELD_START,
    PLAIN,
    QUOTED,
    /** After a quote in quotes, which ends them, or is doubled and stands for itself. */
    AFTER_QUOTE,
    /** After the return behind such a quote, which begins a line end. */
    AFTER_RETURN,
    /** After anything else behind such a quote, to the end of the line. */
    BROKEN;

    Place after(int b) {
      return switch (this) {
        case FIELD_START -> b == '"' ? QUOTED : plain(b);
        case PLAIN -> plain(b);
        case QUOTED -> b == '"' ? AFTER_QUOTE : QUOTED;
        case AFTER_QUOTE ->
            switch (b) {
              case '"' -> QUOTED;
              case ',' -> FIELD_START;
              case '\r' -> AFTER_RETURN;
              default -> BROKEN;
            };
        case AFTER_RETURN, BROKEN -> BROKEN;
      };
    }

    private static Place plain(int b) {
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
}
