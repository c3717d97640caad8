package io.sparkattention.jobs.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkattention.jobs.input.CsvRecords.CsvRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Records are the lines of a file but for line breaks in quotes. */
class CsvRecordsTest {

  private static List<String> records(String text) throws IOException {
    CsvRecords records =
        new CsvRecords(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    List<String> shown = new ArrayList<>();
    while (records.hasNext()) {
      CsvRecord record = records.next();
      String bytes = new String(record.bytes(), StandardCharsets.UTF_8);
      shown.add(record.line() + (record.fault() == null ? ":" : "!") + bytes);
    }
    return shown;
  }

  @Test
  void linesAreRecords() throws IOException {
    assertThat(records("")).isEmpty();
    assertThat(records("\n \n")).isEmpty();
    assertThat(records("a,b\nc,d")).containsExactly("1:a,b", "2:c,d");
    assertThat(records("a,b\r\n\r\nc,d\r\n")).containsExactly("1:a,b", "3:c,d");
    assertThat(records("\uFEFFa,b\n")).containsExactly("1:a,b");
    assertThat(records("ab")).containsExactly("1:ab");
  }

  @Test
  void quotesHoldLineBreaksCommasAndQuotes() throws IOException {
    assertThat(records("a,\"b\nc\"\nd,e\n")).containsExactly("1:a,\"b\nc\"", "3:d,e");
    assertThat(records("\"a,\n\"\"b\"\"\n\",c\nd\n"))
        .containsExactly("1:\"a,\n\"\"b\"\"\n\",c", "4:d");
    assertThat(records("\"\",\"\"\nx\n")).containsExactly("1:\"\",\"\"", "2:x");
  }

  @Test
  void aQuoteInsideAFieldOpensNothing() throws IOException {
    assertThat(records("5\" disk,a\nb\n")).containsExactly("1:5\" disk,a", "2:b");
  }

  @Test
  void aQuoteThatIsNeverClosedCostsItsLine() throws IOException {
    assertThat(records("a,\"b\nc,d\ne,f\n")).containsExactly("1!a,\"b", "2:c,d", "3:e,f");
    assertThat(records("a,\"b")).containsExactly("1!a,\"b");
    assertThat(records("\"a\n\nb\n")).containsExactly("1!\"a", "3:b");
    assertThat(records("a,\"b\nc,\"d\"\ne,\"f\n"))
        .containsExactly("1!a,\"b", "2:c,\"d\"", "3!e,\"f");
  }

  @Test
  void aQuoteThatALaterRowSeemsToCloseCostsItsLine() throws IOException {
    assertThat(records("a,\"b\r\nc,d\r\ne,\"f\"\r\ng,h\r\n"))
        .containsExactly("1!a,\"b", "2:c,d", "3:e,\"f\"", "4:g,h");
    assertThat(records("\"a\n\"b\",\"c\nd\"\ne"))
        .containsExactly("1!\"a", "2:\"b\",\"c\nd\"", "4:e");
    assertThat(records("a,\"b\n".repeat(20_000)))
        .hasSize(20_000)
        .allMatch(record -> record.endsWith("!a,\"b"))
        .endsWith("20000!a,\"b");
  }

  @Test
  void textBehindAClosingQuoteCostsItsLine() throws IOException {
    assertThat(records("\"a\"b\",c\nd\n")).containsExactly("1!\"a\"b\",c", "2:d");
    assertThat(records("\"a\" ,b\nd")).containsExactly("1!\"a\" ,b", "2:d");
    assertThat(records("\"a\"\rb\n\"c\"\r\n\"d\"\r"))
        .containsExactly("1!\"a\"\rb", "2:\"c\"", "3:\"d\"");
    assertThat(records("a,\"b\nc\"d\ne,f\n")).containsExactly("1!a,\"b", "2:c\"d", "3:e,f");
  }

  @Test
  void faultsSayWhatIsWrong() throws IOException {
    String text = "a,\"b\nc,\"d\"e\n";
    CsvRecords records =
        new CsvRecords(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(records.next().fault()).isEqualTo("a quote is opened and never closed");
    assertThat(records.next().fault()).isEqualTo("text follows a quote that closes");
  }
}
