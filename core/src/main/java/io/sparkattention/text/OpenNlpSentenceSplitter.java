package io.sparkattention.text;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import opennlp.tools.sentdetect.SentenceDetectorME;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.util.Span;

/**
 * Finds sentences in English, and well enough in other languages of Latin script, with Apache
 * OpenNLP's maximum-entropy model.
 *
 * <p>It knows abbreviations, where rules would stop. Text with words of more than 1,000 characters
 * is no prose and is left to {@link UnicodeSentenceSplitter}: the model's features take quadratic
 * time there.
 */
public final class OpenNlpSentenceSplitter implements SentenceSplitter {

  private static final String RESOURCE = "/opennlp-en-ud-ewt-sentence-1.2-2.5.0.bin";
  private static final Pattern ENDLESS_WORD = Pattern.compile("\\S{1001}");

  private final SentenceModel model;

  private OpenNlpSentenceSplitter(SentenceModel model) {
    this.model = model;
  }

  /**
   * Loads the English model from the class path.
   *
   * @throws UncheckedIOException if {@code opennlp-models-sentdetect-en} is not on the class path
   */
  public static OpenNlpSentenceSplitter english() {
    try (InputStream in = OpenNlpSentenceSplitter.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new FileNotFoundException(
            "No %s on the class path: add org.apache.opennlp:opennlp-models-sentdetect-en:1.2.0"
                .formatted(RESOURCE));
      }
      return new OpenNlpSentenceSplitter(new SentenceModel(in));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot load the sentence model", e);
    }
  }

  @Override
  public List<Sentence> split(String text) {
    return SentenceScan.split(text, this::starts);
  }

  private List<Integer> starts(String part) {
    if (ENDLESS_WORD.matcher(part).find()) {
      return UnicodeSentenceSplitter.starts(part);
    }
    SentenceDetectorME detector = new SentenceDetectorME(model); // for one thread
    return Arrays.stream(detector.sentPosDetect(part)).map(Span::getStart).skip(1).toList();
  }
}
