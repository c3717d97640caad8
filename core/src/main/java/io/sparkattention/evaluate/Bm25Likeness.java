package io.sparkattention.evaluate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TermStates;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity.SimScorer;
import org.apache.lucene.store.ByteBuffersDirectory;

/** BM25 of documents, as Lucene computes it over their words, with all words of a text as query. */
final class Bm25Likeness implements DocumentLikeness {

  private static final String FIELD = "text";
  private static final BM25Similarity SIMILARITY = new BM25Similarity(0.9f, 0.4f);

  private final List<String> texts;
  private final int documents;
  private final IndexSearcher searcher; // over memory only: nothing to close

  Bm25Likeness(List<String> texts, List<String> documents) {
    this.texts = texts;
    this.documents = documents.size();
    ByteBuffersDirectory directory = new ByteBuffersDirectory();
    IndexWriterConfig config =
        new IndexWriterConfig(new StandardAnalyzer())
            .setSimilarity(SIMILARITY)
            .setMergePolicy(NoMergePolicy.INSTANCE); // documents keep their order
    try (IndexWriter writer = new IndexWriter(directory, config)) {
      for (String document : documents) {
        Document entry = new Document();
        entry.add(new TextField(FIELD, RougeTokenizer.whole(document), Store.NO));
        writer.addDocument(entry);
      }
      writer.commit();
      searcher = new IndexSearcher(DirectoryReader.open(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public double[] of(int text) {
    Map<String, Integer> words = new HashMap<>();
    RougeTokenizer.UNICODE.words(texts.get(text)).forEach(w -> words.merge(w, 1, Integer::sum));
    double[] scores = new double[documents];
    try {
      for (Map.Entry<String, Integer> word : words.entrySet()) {
        add(new Term(FIELD, word.getKey()), word.getValue(), scores);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return scores;
  }

  private void add(Term term, int boost, double[] scores) throws IOException {
    TermStates states = TermStates.build(searcher, term, true);
    if (states.docFreq() == 0) {
      return;
    }
    SimScorer scorer =
        SIMILARITY.scorer(
            boost,
            searcher.collectionStatistics(FIELD),
            searcher.termStatistics(term, states.docFreq(), states.totalTermFreq()));
    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
      PostingsEnum postings = leaf.reader().postings(term);
      NumericDocValues norms = leaf.reader().getNormValues(FIELD);
      while (postings != null && postings.nextDoc() != PostingsEnum.NO_MORE_DOCS) {
        norms.advanceExact(postings.docID());
        scores[leaf.docBase + postings.docID()] += scorer.score(postings.freq(), norms.longValue());
      }
    }
  }
}
