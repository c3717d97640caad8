package io.sparkattention.rerank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sparkattention.rerank.RerankQuery.Candidate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.QueryBuilder;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class Bm25FirstStageTest {

  @RepeatedTest(20)
  void findsWhatRerankingTheWholeCollectionPutsFirst(RepetitionInfo repetition) {
    long seed = 1976 + repetition.getCurrentRepetition();
    Random random = new Random(seed);
    Bm25Reranker bm25 =
        new Bm25Reranker(random.nextInt(20) / 10.0, random.nextInt(11) / 10.0, analysis(random));
    int vocabulary = 3 + random.nextInt(60);
    List<Candidate> passages =
        IntStream.range(0, random.nextInt(150))
            .mapToObj(i -> new Candidate("p%03d".formatted(i), text(random, vocabulary, 30)))
            .toList();
    List<String> queries =
        Stream.generate(() -> text(random, vocabulary, 5)).limit(random.nextInt(20)).toList();
    CorpusStatistics statistics = statistics(bm25, queries, passages);
    int k = 1 + random.nextInt(40);

    List<List<ScoredPassage>> found = search(bm25, queries, statistics, k, passages, random);

    RerankContext context = RerankContext.empty().with(bm25.analysis(), statistics);
    for (int q = 0; q < queries.size(); q++) {
      RerankQuery query = new RerankQuery("q", queries.get(q), passages);
      List<ScoredPassage> expected =
          bm25.rerank(List.of(query), context).get(0).candidates().stream()
              .filter(ranked -> ranked.score() > 0)
              .limit(k)
              .map(ranked -> new ScoredPassage(ranked.passageId(), ranked.score()))
              .toList();
      assertThat(found.get(q)).as("seed %d, '%s'", seed, queries.get(q)).isEqualTo(expected);
    }
  }

  @Test
  void findsWhatASearchInAnIndexFinds() throws IOException {
    Map<String, String> queries = ExampleCorpus.queries();
    List<Candidate> passages =
        ExampleCorpus.passages().entrySet().stream()
            .map(passage -> new Candidate(passage.getKey(), passage.getValue()))
            .toList();
    Bm25Reranker bm25 = new Bm25Reranker(0.9, 0.4, TermAnalysis.ENGLISH);
    List<String> texts = List.copyOf(queries.values());
    int k = 100;
    List<List<ScoredPassage>> found =
        search(bm25, texts, statistics(bm25, texts, passages), k, passages, new Random(1));
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
      Analyzer analyzer = new EnglishAnalyzer();
      BM25Similarity similarity = new BM25Similarity(0.9f, 0.4f);
      index(directory, new IndexWriterConfig(analyzer).setSimilarity(similarity), passages);
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(similarity);
        QueryBuilder builder = new QueryBuilder(analyzer);
        for (int q = 0; q < texts.size(); q++) {
          ScoreDoc[] hits =
              searcher.search(builder.createBooleanQuery("text", texts.get(q)), k).scoreDocs;
          List<ScoredPassage> own = found.get(q);
          assertThat(own).as(texts.get(q)).hasSameSizeAs(hits).isNotEmpty();
          float last = hits[hits.length - 1].score;
          Set<String> ids = new HashSet<>();
          own.forEach(passage -> ids.add(passage.passageId()));
          for (int i = 0; i < hits.length; i++) {
            assertThat(own.get(i).score()).as(texts.get(q)).isCloseTo(hits[i].score, within(1e-5));
            if (hits[i].score > last + 1e-5) {
              assertThat(ids).contains(searcher.storedFields().document(hits[i].doc).get("id"));
            }
          }
        }
      }
    }
  }

  @Test
  void textsThatSayNothingFindNothingAndAreNotFound() {
    List<String> queries = Arrays.asList(null, " ", "the of", "sea", "river");
    List<Candidate> passages =
        List.of(
            new Candidate("a", null),
            new Candidate("b", " "),
            new Candidate("c", "the"),
            new Candidate("d", "A river"));
    Bm25Reranker bm25 = new Bm25Reranker(0.9, 0.4, TermAnalysis.ENGLISH);
    CorpusStatistics statistics = statistics(bm25, queries, passages);
    List<List<ScoredPassage>> found = search(bm25, queries, statistics, 5, passages, new Random(1));
    assertThat(found.subList(0, 4)).allMatch(List::isEmpty);
    assertThat(found.get(4)).extracting(ScoredPassage::passageId).containsExactly("d");
    assertThat(search(bm25, List.of(), statistics, 5, passages, new Random(1))).isEmpty();
  }

  /** Searches random parts of the passages and merges what they give. */
  private static List<List<ScoredPassage>> search(
      Bm25Reranker bm25,
      List<String> queries,
      CorpusStatistics statistics,
      int k,
      List<Candidate> passages,
      Random random) {
    List<Bm25FirstStage> parts =
        Stream.generate(() -> new Bm25FirstStage(bm25, queries, statistics, k))
            .limit(1 + random.nextInt(4))
            .toList();
    passages.forEach(
        passage ->
            parts.get(random.nextInt(parts.size())).add(passage.passageId(), passage.text()));
    return IntStream.range(0, queries.size())
        .mapToObj(
            q ->
                parts.stream()
                    .map(part -> part.result().get(q))
                    .reduce(new TopK(k), TopK::merge)
                    .best())
        .toList();
  }

  private static void index(
      ByteBuffersDirectory directory, IndexWriterConfig config, List<Candidate> passages)
      throws IOException {
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (Candidate passage : passages) {
        Document document = new Document();
        document.add(new StringField("id", passage.passageId(), Field.Store.YES));
        document.add(new TextField("text", passage.text(), Field.Store.NO));
        writer.addDocument(document);
      }
    }
  }

  private static CorpusStatistics statistics(
      Bm25Reranker bm25, List<String> queries, List<Candidate> passages) {
    Set<String> terms = new HashSet<>();
    queries.forEach(query -> terms.addAll(bm25.analysis().terms(query)));
    return bm25.analysis().count(passages.stream().map(Candidate::text).iterator(), terms);
  }

  private static TermAnalysis analysis(Random random) {
    return random.nextBoolean() ? TermAnalysis.ENGLISH : TermAnalysis.STANDARD;
  }

  private static String text(Random random, int vocabulary, int longest) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 1 + random.nextInt(longest); i++) {
      words.add("w" + random.nextInt(1 + random.nextInt(vocabulary)));
    }
    return String.join(" ", words);
  }
}
