package io.sparkattention.bench.quality;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Questions about Perl: each asks for the section that answers it. */
final class PerlFaq {

  private PerlFaq() {}

  /**
   * Reads perlfaq1.pod to perlfaq9.pod of a directory.
   *
   * @throws UncheckedIOException if a file cannot be read
   */
  static JudgedCollection read(Path directory) {
    Questions questions = new Questions();
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> parts =
          files
              .filter(file -> file.getFileName().toString().matches("perlfaq[1-9]\\.pod"))
              .sorted()
              .toList();
      for (Path part : parts) {
        addQuestions(part, questions);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(directory + " cannot be read: " + e.getMessage(), e);
    }
    return questions.collection("perl-faq");
  }

  /** A question is a heading of the second level; its answer goes on to the next heading. */
  private static void addQuestions(Path part, Questions questions) throws IOException {
    String name = part.getFileName().toString().replace(".pod", "");
    String[] sections = Files.readString(part).split("(?m)^=head");
    int number = 0;
    for (String section : sections) {
      if (section.startsWith("2 ")) {
        String[] parts = section.substring(2).split("\\R\\s*\\R", 2);
        String answer = parts.length > 1 ? Pod.text(parts[1]) : "";
        questions.add(
            "%s/%03d".formatted(name, ++number),
            Pod.text(parts[0]).replaceAll("\\s+", " "),
            answer);
      }
    }
  }
}
