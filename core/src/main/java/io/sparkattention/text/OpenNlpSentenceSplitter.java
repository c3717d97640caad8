package io.sparkattention.text;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import opennlp.tools.sentdetect.SentenceDetectorME;
import opennlp.tools.sentdetect.SentenceModel;
import opennlp.tools.util.Span;

/**
 * Finds sentences in one language with Apache OpenNLP's maximum-entropy models, which were trained
 * on Universal Dependencies.
 *
 * <p>They know many abbreviations, where rules would stop. Text with words of more than 1,000
 * characters is no prose and is left to {@link UnicodeSentenceSplitter}: the models' features take
 * quadratic time there.
 *
 * <p>To add a language, put its model on the class path and name it here.
 */
public final class OpenNlpSentenceSplitter implements SentenceSplitter {

  /** The models on the class path, by language in ISO 639-3. */
  private static final Map<String, String> RESOURCES =
      new TreeMap<>(
          Map.of(
              "deu", "/opennlp-de-ud-gsd-sentence-1.3-2.5.4.bin",
              "eng", "/opennlp-en-ud-ewt-sentence-1.3-2.5.4.bin",
              "fra", "/opennlp-fr-ud-gsd-sentence-1.3-2.5.4.bin"));

  private static final Pattern ENDLESS_WORD = Pattern.compile("\\S{1001}");

  private final SentenceModel model;

  private OpenNlpSentenceSplitter(SentenceModel model) {
    this.model = model;
  }

  /** The languages that there is a model of, in ISO 639-3, sorted. */
  public static List<String> languages() {
    return List.copyOf(new TreeSet<>(RESOURCES.keySet()));
  }

  /**
   * Loads the model of a language from the class path.
   *
   * @param language one of {@link #languages}
   * @throws IllegalArgumentException if there is no model of that language
   * @throws UncheckedIOException if the model is not on the class path
   */
  public static OpenNlpSentenceSplitter of(String language) {
    String resource = RESOURCES.get(language);
    if (resource == null) {
      throw new IllegalArgumentException(
          "no model finds sentences in '" + language + "': use one of " + languages());
    }
    try (InputStream in = OpenNlpSentenceSplitter.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(
            "No %s on the class path: add org.apache.opennlp:opennlp-models-sentdetect-%s"
                .formatted(resource, resource.split("-")[1]));
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
