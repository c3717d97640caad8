package io.sparkattention.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.model.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnDocumentTest {

  private static final String[] WAYS = {"own-document", "own-document:by=bm25"};

  private static List<Outcome<double[]>> score(String spec, SourceItem... items) {
    return ((SourceMetric) Metrics.parse(spec)).score(List.of(items), WordModel.context());
  }

  @ParameterizedTest
  @ValueSource(strings = {"own-document", "own-document:by=bm25"})
  void aSummaryOfItsDocumentFindsItAndOneOfAnotherDoesNot(String spec) {
    List<Outcome<double[]>> scores =
        score(
            spec,
            new SourceItem("a", "river bank", "the river has a bank and the bank has a river"),
            new SourceItem("b", "iron furnace", "an iron furnace melts iron ore"),
            new SourceItem("c", "iron furnace", "clouds bring rain to the hills"));
    assertThat(scores.get(0).value()[0]).isEqualTo(1);
    assertThat(scores.get(0).value()[1]).isEqualTo(1);
    assertThat(scores.get(0).value()[2]).isPositive();
    assertThat(scores.get(1).value()[0]).isEqualTo(1);
    assertThat(scores.get(2).value()[0]).isZero();
    assertThat(scores.get(2).value()[1]).isLessThanOrEqualTo(0.5);
  }

  @Test
  void degenerateItemsHaveDefinedOutcomes() {
    for (String spec : WAYS) {
      List<Outcome<double[]>> scores =
          score(
              spec,
              new SourceItem("a", null, "first document"),
              new SourceItem("b", " ", "second document"),
              new SourceItem("c", "third", null),
              new SourceItem("d", "fourth", ""),
              new SourceItem("e", "first document", "first document"));
      assertThat(scores.get(0).value()).as(spec).containsExactly(0, 0, 0);
      assertThat(scores.get(1).value()).as(spec).containsExactly(0, 0, 0);
      assertThat(scores.get(2).error()).as(spec).contains("missing");
      assertThat(scores.get(3).error()).as(spec).contains("missing");
      assertThat(scores.get(4).value()[0]).as(spec).isEqualTo(1);
    }
  }

  @Test
  void oneDocumentIsNoChoice() {
    for (String spec : WAYS) {
      Outcome<double[]> alone = score(spec, new SourceItem("a", "words", "words")).get(0);
      assertThat(alone.error()).contains("less than two");
    }
  }

  @Test
  void tiesCountAgainstTheSummaryAndCopiesAreOneDocument() {
    List<Outcome<double[]>> scores =
        score(
            "own-document:by=bm25",
            new SourceItem("a", "shared", "shared alpha"),
            new SourceItem("b", "shared", "shared beta"),
            new SourceItem("c", "nowhere", "gamma delta"),
            new SourceItem("d", "gamma", "gamma delta"));
    assertThat(scores.get(0).value()[1]).isEqualTo(0.5);
    assertThat(scores.get(1).value()[1]).isEqualTo(0.5);
    assertThat(scores.get(2).value()).containsExactly(0, 1.0 / 3, 0);
    assertThat(scores.get(3).value()[0]).isEqualTo(1);
  }

  @Test
  void whatTheModelCannotReadCostsOnlyItsItems() {
    List<Outcome<double[]>> scores =
        score(
            "own-document",
            new SourceItem("a", "river", "river bank"),
            new SourceItem("b", "iron", "poison"),
            new SourceItem("c", "poison pen", "iron ore"),
            new SourceItem("d", "cloud", "cloud rain"));
    assertThat(scores).extracting(Outcome::failed).containsExactly(false, true, true, false);
    assertThat(scores.get(1).error()).contains("cannot read the item's document");
    assertThat(scores.get(2).error()).contains("not finite");
  }

  @Test
  void bm25IsThatOfASearch() throws IOException {
    List<String> documents = passages().subList(0, 150);
    List<String> texts =
        documents.subList(0, 30).stream()
            .map(text -> text.substring(0, Math.min(80, text.length())))
            .toList();
    DocumentLikeness likeness = new Bm25Likeness(texts, documents);
    try (ByteBuffersDirectory directory = new ByteBuffersDirectory()) {
      BM25Similarity similarity = new BM25Similarity(0.9f, 0.4f);
      try (IndexWriter writer =
          new IndexWriter(directory, new IndexWriterConfig().setSimilarity(similarity))) {
        for (String document : documents) {
          Document entry = new Document();
          entry.add(new TextField("text", document, Store.YES));
          writer.addDocument(entry);
        }
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        IndexSearcher searcher = new IndexSearcher(reader);
        searcher.setSimilarity(similarity);
        for (int i = 0; i < texts.size(); i++) {
          double[] scores = likeness.of(i);
          for (ScoreDoc hit : searcher.search(query(texts.get(i)), documents.size()).scoreDocs) {
            String text = searcher.storedFields().document(hit.doc).get("text");
            assertThat(scores[documents.indexOf(text)]).isCloseTo(hit.score, within(1e-4));
          }
        }
      }
    }
  }

  private static Query query(String text) {
    BooleanQuery.Builder words = new BooleanQuery.Builder();
    for (String word : RougeTokenizer.UNICODE.words(text)) {
      words.add(new TermQuery(new Term("text", word)), Occur.SHOULD);
    }
    return words.build();
  }

  @Test
  void leadsOfRealDocumentsFindThemFarMoreOftenThanLeadsOfOthers() throws IOException {
    List<String> documents = passages();
    List<SourceItem> own = new ArrayList<>();
    List<SourceItem> mixed = new ArrayList<>();
    IntStream.range(0, documents.size())
        .forEach(
            i -> {
              String text = documents.get(i);
              String lead = text.substring(0, Math.min(120, text.length()));
              own.add(new SourceItem("" + i, lead, text));
              mixed.add(new SourceItem("" + i, lead, documents.get((i + 7) % documents.size())));
            });
    SourceMetric metric = (SourceMetric) Metrics.parse("own-document:by=bm25");
    assertThat(share(metric.score(own, EvaluateContext.empty()))).isGreaterThan(0.9);
    assertThat(share(metric.score(mixed, EvaluateContext.empty()))).isLessThan(0.05);
  }

  private static double share(List<Outcome<double[]>> scores) {
    return scores.stream().mapToDouble(score -> score.value()[0]).average().orElseThrow();
  }

  private static List<String> passages() throws IOException {
    List<String> texts = new ArrayList<>();
    ObjectMapper mapper = new ObjectMapper();
    for (String line : Files.readAllLines(Path.of("..", "examples", "corpus", "passages.jsonl"))) {
      texts.add(mapper.readTree(line).get("text").asText());
    }
    return texts;
  }
}
