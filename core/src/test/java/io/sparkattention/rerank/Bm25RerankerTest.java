package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.rerank.RerankQuery.Candidate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.QueryBuilder;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class Bm25RerankerTest {

  private static final String[] WORDS =
      ("the of river rivers running runs mountain mountains valley snow snowed light lights heavy"
              + " clouds sky night day bridge bridges stone Stones water, Waters! 1815 \u6CB3\u5DDD"
              + " caf\u00E9 don't")
          .split(" ");

  @RepeatedTest(12)
  void scoresAreThoseOfASearch(RepetitionInfo repetition) throws IOException {
    long seed = 1994 + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    boolean english = random.nextBoolean();
    float k1 = random.nextInt(30) / 10f;
    float b = random.nextInt(11) / 10f;
    List<String> passages = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(80); i++) {
      passages.add(text(random, 1 + random.nextInt(random.nextInt(10) == 0 ? 600 : 40)));
    }
    passages.add("the of"); // English: no term left
    String query = text(random, 1 + random.nextInt(6));
    Bm25Reranker bm25 =
        parse("bm25:k1=%s,b=%s,analysis=%s".formatted(k1, b, english ? "english" : "standard"));
    Map<String, Float> expected =
        search(passages, query, english ? new EnglishAnalyzer() : new StandardAnalyzer(), k1, b);

    List<RankedCandidate> alone = rank(bm25, RerankContext.empty(), query, passages);
    List<RankedCandidate> few =
        rank(
            bm25,
            RerankContext.empty()
                .with(
                    bm25.analysis(),
                    bm25.analysis().count(passages.iterator(), bm25.analysis().terms(query))),
            query,
            passages.subList(0, (passages.size() + 1) / 2));

    for (RankedCandidate candidate : concatenated(alone, few)) {
      float score = expected.getOrDefault(candidate.passageId(), 0f);
      assertThat(candidate.score())
          .as("seed %d, query '%s', passage %s", seed, query, candidate.passageId())
          .isCloseTo(score, within(1e-6 * Math.max(1, score)));
    }
    assertThat(alone).hasSameSizeAs(passages);
  }

  @Test
  void countsOfPartsAddUp() {
    TermAnalysis bm25 = parse("bm25").analysis();
    Set<String> terms = new TreeSet<>(bm25.terms("snowy rivers of the night"));
    assertThat(terms).containsExactly("night", "river", "snowi");
    List<String> all = Arrays.asList("A river.", "River, river!", "the", null, " ", "Night boats");
    CorpusStatistics whole = bm25.count(all.iterator(), terms);
    assertThat(whole).isEqualTo(new CorpusStatistics(3, 5, Map.of("river", 2L, "night", 1L)));
    assertThat(
            bm25.count(all.subList(0, 2).iterator(), terms)
                .plus(bm25.count(all.subList(2, 6).iterator(), terms)))
        .isEqualTo(whole);
    assertThat(CorpusStatistics.NONE.plus(whole)).isEqualTo(whole);
  }

  @Test
  void collectionOfAQueryIsItsOwnCandidates() {
    Bm25Reranker bm25 = parse("bm25");
    RerankQuery first = query("q1", "river", List.of("A river", "A hill"));
    RerankQuery second = query("q2", "river hill", List.of("A hill", "Rivers and rivers", "Sea"));
    List<Ranking> together = bm25.rerank(List.of(first, second), RerankContext.empty());
    assertThat(together.get(0))
        .isEqualTo(bm25.rerank(List.of(first), RerankContext.empty()).get(0));
    assertThat(together.get(1))
        .isEqualTo(bm25.rerank(List.of(second), RerankContext.empty()).get(0));
  }

  @Test
  void passagesOutsideTheCollectionStillHaveScores() {
    Bm25Reranker bm25 = parse("bm25");
    RerankQuery query = query("q", "river", List.of("A river", "Sea"));
    for (CorpusStatistics statistics :
        List.of(CorpusStatistics.NONE, new CorpusStatistics(9, 40, Map.of()))) {
      List<RankedCandidate> ranked =
          bm25.rerank(List.of(query), RerankContext.empty().with(bm25.analysis(), statistics))
              .get(0)
              .candidates();
      assertThat(ranked.get(0).passageId()).isEqualTo("p00");
      assertThat(ranked.get(0).score()).isPositive();
      assertThat(ranked.get(1).score()).isZero();
    }
  }

  @Test
  void queryOfStopWordsScoresNothing() {
    List<RankedCandidate> ranked =
        rank(parse("bm25"), RerankContext.empty(), "to the", List.of("To the lake", "the", "Sea"));
    assertThat(ranked).extracting(RankedCandidate::score).containsOnly(0.0);
    assertThat(ranked).extracting(RankedCandidate::passageId).containsExactly("p00", "p01", "p02");
    assertThat(ranked).extracting(RankedCandidate::tokens).containsExactly(1, 0, 1);
  }

  @Test
  void oddTextsAreRead() {
    List<RankedCandidate> ranked =
        rank(
            parse("bm25:analysis=standard"),
            RerankContext.empty(),
            "needle \uD83D\uDE00 \uD83D",
            List.of("x".repeat(1_000_000), "\uD83D\uDE00 needle", "\uDE00\uD83D", "\u05E9\u05DC"));
    assertThat(ranked).allMatch(candidate -> !candidate.failed());
    assertThat(ranked.get(0).passageId()).isEqualTo("p01");
  }

  @Test
  void badOptionsAreNamed() {
    assertThatThrownBy(() -> parse("bm25:k1=-1,b=2"))
        .hasMessageContaining("k1 must be finite and at least 0, but is -1.0")
        .hasMessageContaining("b must be 0 to 1, but is 2.0");
    assertThatThrownBy(() -> parse("bm25:analysis=german"))
        .hasMessageContaining("'german' is none of english, standard");
  }

  private static Map<String, Float> search(
      List<String> passages, String text, Analyzer analyzer, float k1, float b) throws IOException {
    BM25Similarity similarity = new BM25Similarity(k1, b);
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
      IndexWriterConfig config = new IndexWriterConfig(analyzer).setSimilarity(similarity);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (RerankQuery.Candidate passage : query("q", text, passages).candidates()) {
          Document document = new Document();
          document.add(new StringField("id", passage.passageId(), Field.Store.YES));
          document.add(new TextField("text", passage.text(), Field.Store.NO));
          writer.addDocument(document);
        }
      }
      Map<String, Float> scores = new HashMap<>();
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(similarity);
        Query query = new QueryBuilder(analyzer).createBooleanQuery("text", text);
        if (query != null) {
          for (ScoreDoc hit : searcher.search(query, passages.size()).scoreDocs) {
            scores.put(searcher.storedFields().document(hit.doc).get("id"), hit.score);
          }
        }
      }
      return scores;
    }
  }

  private static List<RankedCandidate> rank(
      Reranker reranker, RerankContext context, String query, List<String> passages) {
    return reranker.rerank(List.of(query("q", query, passages)), context).get(0).candidates();
  }

  private static RerankQuery query(String id, String query, List<String> passages) {
    List<Candidate> candidates = new ArrayList<>();
    for (String passage : passages) {
      candidates.add(new Candidate("p%02d".formatted(candidates.size()), passage));
    }
    return new RerankQuery(id, query, candidates);
  }

  private static String text(Random random, int words) {
    List<String> text = new ArrayList<>();
    for (int i = 0; i < words; i++) {
      text.add(WORDS[random.nextInt(1 + random.nextInt(WORDS.length))]);
    }
    return String.join(" ", text);
  }

  private static List<RankedCandidate> concatenated(
      List<RankedCandidate> left, List<RankedCandidate> right) {
    List<RankedCandidate> both = new ArrayList<>(left);
    both.addAll(right);
    return both;
  }

  private static Bm25Reranker parse(String spec) {
    return (Bm25Reranker) Rerankers.REGISTRY.parse(spec);
  }
}
