package io.sparkattention.statistics;

import io.sparkattention.attention.Site;
import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.model.WatchedWriter;
import io.sparkattention.statistics.StatisticsExtractor.Extracted;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.text.TokenBatch;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Computes the statistics of what a model attends to while it writes: a decoder after a text, a
 * token at a time, or an encoder-decoder about a text. The numbers of tokens are those of what was
 * written; of the text in cross-attention, where all statistics are of columns.
 */
public final class WritingStatistics {
  private final AttentionReader reader;
  private final WatchedWriter writer;
  private final WatchedSite site;
  private final StatisticsPlan plan;
  private final StatisticsPass pass;
  private final CheckedPlan checked;
  private final TokenCategories categories;
  private final SentenceSplitter splitter = SentenceSplitters.byLanguage();

  /**
   * @param reader of a site where something is written
   * @throws IllegalArgumentException with every reason why the model cannot give these statistics
   */
  public WritingStatistics(AttentionReader reader, StatisticsPlan plan) {
    this.site = reader.model().site();
    if (site == WatchedSite.SELF || !(reader.model() instanceof WatchedWriter writes)) {
      throw new IllegalArgumentException(
          "at site self nothing is written: use StatisticsExtractor");
    }
    this.reader = reader;
    this.writer = writes;
    this.plan = plan;
    this.checked = new CheckedPlan(reader, plan);
    this.categories = new TokenCategories(writes.tokenizer());
    List<Integer> all = IntStream.range(0, plan.statistics().size()).boxed().toList();
    this.pass = new StatisticsPass(plan, all, reader.maxTokens());
  }

  /** What will be computed and about what it costs, in sentences for people. */
  public List<String> announcement() {
    return checked.announcement();
  }

  /**
   * What was written after a text or about it.
   *
   * @param text what the model read
   * @param tokens of it, special ones included, no more than it reads
   * @param marked the code points of the text that statistics of a span are about; null for all
   * @param written what it wrote
   * @param forced tokens that it was made to begin with; none where it was free
   * @param content the tokens of that, none of them special, no more than it can write
   * @param truncated whether either was longer
   */
  public record Writing(
      String text,
      Tokens tokens,
      TextSpan marked,
      String written,
      int[] forced,
      Tokens content,
      boolean truncated) {

    /** A text that was begun freely. */
    public Writing(
        String text,
        Tokens tokens,
        TextSpan marked,
        String written,
        Tokens content,
        boolean truncated) {
      this(text, tokens, marked, written, new int[0], content, truncated);
    }

    /** All that was written, what was forced first. */
    private int[] all() {
      return IntStream.concat(Arrays.stream(forced), Arrays.stream(content.ids())).toArray();
    }
  }

  /**
   * The most tokens that can be written after a text.
   *
   * @param source tokens of it, special ones included
   */
  public int maxWritten(int source) {
    return writer.maxWritten(source);
  }

  private static Tokens readAndWritten(Writing writing) {
    int[] read = writing.tokens().ids();
    return Tokens.ofIds(
        IntStream.concat(Arrays.stream(read), Arrays.stream(writing.all())).toArray());
  }

  /** Computes the statistics of writings, in their order. */
  public List<Extracted> extract(List<Writing> writings) {
    List<Tokens> both = writings.stream().map(WritingStatistics::readAndWritten).toList();
    List<StatisticsAccumulator> seen =
        reader.run(
            both, // what there is room for
            (scope, joined, places) -> {
              List<Writing> some = Arrays.stream(places).mapToObj(writings::get).toList();
              TokenBatch batch = TokenBatch.of(some.stream().map(Writing::tokens).toList());
              List<int[]> written = some.stream().map(Writing::all).toList();
              List<SequenceTokens> keys = some.stream().map(this::keys).toList();
              if (site == WatchedSite.GENERATION) {
                GenerationProbe probe = new GenerationProbe(plan, pass, keys);
                writer.write(scope, batch, written, probe);
                return probe.texts();
              }
              Site.Kind kind = site == WatchedSite.CROSS ? Site.Kind.CROSS : Site.Kind.SELF;
              StatisticsProbe probe =
                  new StatisticsProbe(plan, pass, keys, writer.mechanism(), kind);
              writer.write(scope, batch, written, probe);
              return probe.sequences();
            });
    List<Extracted> extracted = new ArrayList<>();
    for (int i = 0; i < writings.size(); i++) {
      Writing writing = writings.get(i);
      StatisticsAccumulator document = new StatisticsAccumulator(plan);
      document.merge(seen.get(i), places(writing)).merge(checked.ofModel());
      extracted.add(
          new Extracted(
              document.statistics(),
              ofKeys() ? writing.text() : writing.written(),
              ofKeys() ? writing.tokens().content() : writing.content(),
              writing.tokens().length(),
              writing.content().length(),
              writing.truncated(),
              1));
    }
    return extracted;
  }

  /** Whether the numbers of tokens are those of the text. */
  public boolean ofKeys() {
    return site == WatchedSite.CROSS
        && plan.statistics().stream()
            .allMatch(each -> each.statisticClass() == StatisticClass.COLUMN);
  }

  /** All tokens that the queries of a text may see. */
  private SequenceTokens keys(Writing writing) {
    SequenceTokens source = known(writing.text(), writing.tokens(), writing.marked());
    if (writing.marked() == null) {
      Arrays.fill(source.marked(), true); // special tokens too: they were there before
    }
    if (site == WatchedSite.CROSS) {
      return source;
    }
    SequenceTokens written = known(writing.written(), writing.content(), null);
    if (site == WatchedSite.GENERATION) {
      return source.then(before(writing)).then(written);
    }
    return before(writing).then(written);
  }

  /** The tokens before those that a model chose itself. */
  private SequenceTokens before(Writing writing) {
    int[] ids =
        IntStream.concat(Arrays.stream(writer.start()), Arrays.stream(writing.forced())).toArray();
    int[] none = new int[ids.length];
    Arrays.fill(none, -1);
    return known("", new Tokens(ids, new int[none.length], none, none), null);
  }

  private SequenceTokens known(String text, Tokens tokens, TextSpan marked) {
    return categories.of(tokens, plan.readsSentences() ? splitter.split(text) : List.of(), marked);
  }

  /** For each token that numbers are of, its place in what they are told of; −1 for none. */
  private int[] places(Writing writing) {
    int length = writing.content().length();
    int forced = writing.forced().length;
    if (site != WatchedSite.CROSS) {
      int first = forced + writer.start().length;
      return IntStream.range(-first, length).map(i -> Math.max(-1, i)).toArray();
    }
    int keys = writing.tokens().length();
    int[] places = new int[Math.max(keys, forced + length + 1)];
    Arrays.fill(places, -1);
    if (ofKeys()) {
      int next = 0;
      for (int i = 0; i < keys; i++) {
        places[i] = writing.tokens().isSpecial(i) ? -1 : next++;
      }
    } else if (plan.of(HeadStatistic.class).stream()
        .noneMatch(each -> each.statisticClass() == StatisticClass.COLUMN)) {
      Arrays.setAll(places, i -> i >= forced && i < forced + length ? i - forced : -1);
    }
    return places;
  }
}
