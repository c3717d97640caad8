package io.sparkattention.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** A book in one row, its summary by a tiny model, and what must be true of it. */
public final class Book {

  /** What a model reads: its prompt, a chunk, and what it writes. */
  private static final int CONTEXT = 1_400;

  private static final int CHUNK = 1_000;
  private static final int SUMMARY = 12;
  private static final long SEED = 1851;
  private static final Path MODEL =
      Path.of("..", "core", "src", "test", "resources", "golden-generation", "llama");

  private Book() {}

  /** Writes a book as one row. */
  public static Path write(Path file, int words) {
    Random random = new Random(SEED);
    StringBuilder text = new StringBuilder();
    int sentence = 0;
    for (int word = 0; word < words; word++) {
      int letters = 1 + random.nextInt(7);
      for (int i = 0; i < letters; i++) {
        char letter = (char) ('a' + random.nextInt(26));
        text.append(sentence == 0 && i == 0 ? Character.toUpperCase(letter) : letter);
      }
      boolean ends = ++sentence > 4 && random.nextInt(8) == 0;
      text.append(ends ? random.nextInt(30) == 0 ? ".\n\n" : ". " : " ");
      sentence = ends ? 0 : sentence;
    }
    text.append("End.");
    return new Lines().add("id", "book", "text", text.toString()).to(file);
  }

  /** The job that summarizes it. */
  public static Object[] arguments(Path input, Path output, Object... more) {
    List<Object> arguments =
        new ArrayList<>(List.of("summarize", "--input", input, "--output", output));
    arguments.addAll(List.of("--model", MODEL.toAbsolutePath().normalize()));
    arguments.addAll(List.of("--strategy", "hierarchical-merge:chunk-tokens=" + CHUNK));
    arguments.addAll(List.of("--max-tokens", CONTEXT, "--sentences", "unicode"));
    arguments.addAll(List.of("--generation", "eos_token_id=2,max_new_tokens=" + SUMMARY));
    arguments.addAll(List.of(more));
    return arguments.toArray();
  }

  /** Checks that all was read once, within budgets, and leads to the summary. */
  public static void assertSummarized(Row row, Path input) {
    assertThat(row.<String>getAs("error")).isNull();
    String text = text(input);
    List<Row> chunks = row.getList(row.fieldIndex("chunks"));
    List<Row> steps = row.getList(row.fieldIndex("steps"));
    StringBuilder read = new StringBuilder();
    for (Row chunk : chunks) {
      assertThat(chunk.<Integer>getAs("tokens")).isBetween(1, CHUNK);
      read.append(text, chunk.<Integer>getAs("start"), chunk.<Integer>getAs("end"));
    }
    assertThat(read.toString().replaceAll("\\s", "")).isEqualTo(text.replaceAll("\\s", ""));
    List<Integer> readChunks = new ArrayList<>();
    List<Integer> readSteps = new ArrayList<>();
    for (Row step : steps) {
      List<Integer> below = step.getList(step.fieldIndex("steps"));
      readChunks.addAll(step.<Integer>getList(step.fieldIndex("chunks")));
      readSteps.addAll(below);
      int level =
          below.stream().mapToInt(i -> steps.get(i).<Integer>getAs("level")).max().orElse(-1);
      assertThat(step.<Integer>getAs("level")).isEqualTo(level + 1);
      assertThat(step.<Integer>getAs("tokens_in")).isLessThanOrEqualTo(CONTEXT - SUMMARY);
      assertThat(step.<Integer>getAs("tokens_out")).isBetween(1, SUMMARY);
    }
    List<Integer> all = IntStream.range(0, chunks.size()).boxed().toList();
    assertThat(readChunks).as("every chunk once").containsExactlyElementsOf(all);
    assertThat(readSteps)
        .as("every text but the last once")
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, steps.size() - 1).boxed().toList());
    List<Row> statements = row.getList(row.fieldIndex("statements"));
    assertThat(statements)
        .allSatisfy(
            each -> assertThat(each.<Integer>getList(each.fieldIndex("chunks"))).isEqualTo(all));
    Row last = steps.get(steps.size() - 1);
    assertThat(row.<String>getAs("summary")).isEqualTo(last.getAs("text"));
    assertThat(row.<Boolean>getAs("truncated")).isFalse();
  }

  private static String text(Path input) {
    try {
      JsonNode row = new ObjectMapper().readTree(Files.readString(input));
      return row.get("text").asText(); // plain letters: code points are characters
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
