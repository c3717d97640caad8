package io.sparkattention.statistics;

import io.sparkattention.model.AttentionReader;
import io.sparkattention.model.WatchedSite;
import io.sparkattention.text.Chunk;
import io.sparkattention.text.Sentence;
import io.sparkattention.text.SentenceSplitter;
import io.sparkattention.text.SentenceSplitters;
import io.sparkattention.text.Tokens;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Computes the statistics of texts with a model; texts longer than it are merged from chunks. */
public final class StatisticsExtractor {

  private final AttentionReader reader;
  private final StatisticsPlan plan;
  private final List<StatisticsPass> passes;
  private final TokenCategories categories;
  private final SentenceSplitter splitter = SentenceSplitters.byLanguage();
  private final CheckedPlan checked;

  /**
   * @param reader the model's
   * @param plan what to compute
   * @throws IllegalArgumentException with every reason why the model cannot give these statistics,
   *     or if the reader is of a site where something is written
   */
  public StatisticsExtractor(AttentionReader reader, StatisticsPlan plan) {
    if (reader.model().site() != WatchedSite.SELF) {
      throw new IllegalArgumentException(
          "at site "
              + reader.model().site().name().toLowerCase(Locale.ROOT)
              + " a model is watched while it writes: use WritingStatistics, or a reader of site"
              + " self");
    }
    this.checked = new CheckedPlan(reader, plan);
    this.reader = reader;
    this.plan = plan;
    this.passes = plan.passes(reader.maxTokens());
    this.categories = new TokenCategories(reader.model().tokenizer());
  }

  /** What will be computed and about what it costs, in sentences for people. */
  public List<String> announcement() {
    return checked.announcement();
  }

  /**
   * A text to read.
   *
   * @param marked the code points that statistics of a span are about; null without
   */
  public record Source(String text, TextSpan marked) {}

  /**
   * One text's statistics.
   *
   * @param statistics the numbers of the document, its heads, its tokens and pairs of its heads
   * @param text what the numbers of tokens are told of
   * @param content its tokens, in the positions of the token numbers
   * @param tokens how many tokens were read, special tokens and overlaps of chunks included
   * @param written how many tokens were written; 0 where the text was read alone
   * @param truncated whether text was left out
   * @param chunks in how many pieces the text was read
   */
  public record Extracted(
      DocumentStatistics statistics,
      String text,
      Tokens content,
      int tokens,
      int written,
      boolean truncated,
      int chunks) {}

  /** Computes the statistics of texts, in their order. */
  public List<Extracted> extract(List<String> texts) {
    return extractAll(texts.stream().map(text -> new Source(text, null)).toList());
  }

  /** Computes the statistics of texts with what they mark, in their order. */
  public List<Extracted> extractAll(List<Source> sources) {
    List<String> texts = sources.stream().map(Source::text).toList();
    List<StatisticsAccumulator> documents = new ArrayList<>();
    sources.forEach(source -> documents.add(new StatisticsAccumulator(plan)));
    List<AttentionReader.Reading<StatisticsAccumulator>> first = null;
    for (StatisticsPass pass : passes) {
      List<AttentionReader.Reading<StatisticsAccumulator>> readings = read(pass, sources, texts);
      for (int i = 0; i < readings.size(); i++) {
        merge(documents.get(i), readings.get(i), pass);
      }
      first = first == null ? readings : first;
    }
    List<Extracted> extracted = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      AttentionReader.Reading<StatisticsAccumulator> reading = first.get(i);
      int tokens = reading.chunks().stream().mapToInt(chunk -> chunk.tokens().length()).sum();
      extracted.add(
          new Extracted(
              documents.get(i).merge(checked.ofModel()).statistics(),
              texts.get(i),
              reading.content(),
              tokens,
              0,
              false,
              reading.chunks().size()));
    }
    return extracted;
  }

  /**
   * Computes the statistics of sequences as they are.
   *
   * @param sequences special tokens included, none longer than the model reads
   */
  public List<DocumentStatistics> extractSequences(List<SequenceTokens> sequences) {
    List<Tokens> tokens = sequences.stream().map(each -> Tokens.ofIds(each.ids())).toList();
    return reader
        .run(
            tokens,
            (scope, batch, places) -> {
              List<SequenceTokens> read = Arrays.stream(places).mapToObj(sequences::get).toList();
              StatisticsProbe probe =
                  new StatisticsProbe(plan, passes.get(0), read, reader.model().mechanism());
              reader.model().read(scope, batch, List.of(probe)).close();
              return probe.sequences();
            })
        .stream()
        .map(StatisticsAccumulator::statistics)
        .toList();
  }

  private List<AttentionReader.Reading<StatisticsAccumulator>> read(
      StatisticsPass pass, List<Source> sources, List<String> texts) {
    List<List<Sentence>> sentences =
        texts.stream()
            .map(text -> plan.readsSentences() ? splitter.split(text) : List.<Sentence>of())
            .toList();
    return reader
        .withAtMost(pass.maxTokens())
        .read(
            texts,
            batch ->
                new StatisticsProbe(
                    plan,
                    pass,
                    batch.stream()
                        .map(
                            each ->
                                categories.of(
                                    each.tokens(),
                                    sentences.get(each.text()),
                                    sources.get(each.text()).marked()))
                        .toList(),
                    reader.model().mechanism()),
            StatisticsProbe::sequences);
  }

  private void merge(
      StatisticsAccumulator document,
      AttentionReader.Reading<StatisticsAccumulator> reading,
      StatisticsPass pass) {
    for (int i = 0; i < reading.chunks().size(); i++) {
      Chunk chunk = reading.chunks().get(i);
      StatisticsAccumulator piece = reading.results().get(i);
      for (int index : pass.of(ExperimentStatistic.class)) {
        ExperimentStatistic statistic = (ExperimentStatistic) plan.statistics().get(index);
        piece.add(
            index, statistic.findings(checked.model(), chunk.tokens()), chunk.tokens().length());
      }
      document.merge(piece, positions(chunk));
    }
  }

  /** For each token of a chunk, its position in the text; −1 for special tokens. */
  private static int[] positions(Chunk chunk) {
    int[] positions = new int[chunk.tokens().length()];
    Arrays.fill(positions, -1);
    int next = chunk.from();
    for (int i = 0; i < positions.length; i++) {
      if (!chunk.tokens().isSpecial(i)) {
        positions[i] = next++;
      }
    }
    return positions;
  }
}
