package io.sparkattention.udfs.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkattention.model.Outcome;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class WindowedRowsTest {

  /** Writes "text=LENGTH" or "text!error"; refuses texts that begin with a question mark. */
  private record Lengths() implements RowMapping<Row, String, Integer> {
    @Override
    public String read(Row row) throws InvalidRowException {
      if (row.getString(0).startsWith("?")) {
        throw new InvalidRowException("unreadable");
      }
      return row.getString(0);
    }

    @Override
    public long characters(String input) {
      return input.length();
    }

    @Override
    public void write(Row row, Outcome<Integer> outcome, double ms, Consumer<Row> out) {
      String text = row.getString(0);
      out.accept(
          RowFactory.create(
              outcome.failed() ? text + "!" + outcome.error() : text + "=" + outcome.value()));
    }
  }

  private final List<List<String>> batches = Collections.synchronizedList(new ArrayList<>());

  private List<Outcome<Integer>> lengths(List<String> texts) {
    batches.add(List.copyOf(texts));
    if (texts.contains("poison")) {
      throw new IllegalArgumentException("poisoned");
    }
    return texts.stream()
        .map(
            text ->
                text.equals("refused")
                    ? Outcome.<Integer>failure("refused by the strategy")
                    : Outcome.of(text.length()))
        .toList();
  }

  private List<String> run(List<String> texts, WindowLimits limits) {
    List<String> written = new ArrayList<>();
    new WindowedRows<>(
            texts.stream().map(text -> RowFactory.create(text)).iterator(),
            new Lengths(),
            this::lengths,
            limits)
        .forEachRemaining(row -> written.add(row.getString(0)));
    return written;
  }

  @Test
  void rowsKeepTheirOrderAndTheirResults() {
    List<String> texts = IntStream.range(1, 20).mapToObj("x"::repeat).toList();
    assertThat(run(texts, new WindowLimits(7, 1_000)))
        .containsExactlyElementsOf(texts.stream().map(t -> t + "=" + t.length()).toList());
    assertThat(batches).extracting(List::size).containsExactly(7, 7, 5);
  }

  @Test
  void aWindowIsFullOnceItHoldsItsCharacters() {
    run(List.of("aaaa", "bbbb", "c", "dddddddddddd", "e"), new WindowLimits(100, 8));
    assertThat(batches)
        .containsExactly(List.of("aaaa", "bbbb"), List.of("c", "dddddddddddd"), List.of("e"));
  }

  @Test
  void aPoisonedRowCostsOnlyItself() {
    assertThat(run(List.of("a", "bb", "poison", "ccc", "?", "refused"), WindowLimits.DEFAULT))
        .containsExactly(
            "a=1",
            "bb=2",
            "poison!poisoned",
            "ccc=3",
            "?!unreadable",
            "refused!refused by the strategy");
  }

  @Test
  void anEmptyPartitionStaysEmpty() {
    assertThat(run(List.of(), WindowLimits.DEFAULT)).isEmpty();
    assertThat(batches).isEmpty();
  }

  @Test
  void theNextWindowIsReadAndWaitsWhileOneIsComputed() throws InterruptedException {
    List<String> events = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch read = new CountDownLatch(4);
    Iterator<Row> rows =
        IntStream.range(0, 6)
            .mapToObj(
                i -> {
                  read.countDown();
                  return RowFactory.create("row " + i);
                })
            .iterator();
    Iterator<Row> windows =
        new WindowedRows<>(
            rows,
            new Lengths(),
            (List<String> texts) -> {
              events.add("begin " + texts.get(0));
              await(read); // of two windows, while this one is computed
              events.add("end " + texts.get(0));
              return lengths(texts);
            },
            new WindowLimits(2, 1_000));
    windows.next();
    windows.forEachRemaining(row -> {});
    assertThat(events)
        .as("one at a time")
        .containsExactly(
            "begin row 0", "end row 0", "begin row 2", "end row 2", "begin row 4", "end row 4");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anErrorOfTheProcessIsNoErrorOfARow() {
    Iterator<Row> windows =
        new WindowedRows<>(
            List.of(RowFactory.create("a")).iterator(),
            new Lengths(),
            (List<String> texts) -> {
              throw new StackOverflowError("deep");
            },
            WindowLimits.DEFAULT);
    assertThatThrownBy(windows::hasNext).isInstanceOf(StackOverflowError.class);
  }

  @Test
  void noRowIsLostWhateverFails() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      List<String> texts = new ArrayList<>();
      List<String> kinds = List.of("poison", "?", "refused", "a", "bb", "ccc");
      IntStream.range(0, random.nextInt(40))
          .forEach(i -> texts.add(kinds.get(random.nextInt(kinds.size()))));
      Collections.shuffle(texts, random);
      WindowLimits limits = new WindowLimits(1 + random.nextInt(9), 1 + random.nextInt(30));
      assertThat(run(texts, limits))
          .as("seed %d, round %d", seed, round)
          .extracting(written -> written.split("[=!]")[0])
          .containsExactlyElementsOf(texts);
    }
  }
}
