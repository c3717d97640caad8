package io.sparkattention.udfs.location;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of the Hugging Face hub at one revision.
 *
 * @param repository such as {@code sentence-transformers/all-MiniLM-L6-v2}
 * @param revision a commit, a tag or a branch
 */
record HubLocation(String repository, String revision) {

  static final String SCHEME = "hf://";

  private static final Pattern FORM =
      Pattern.compile("hf://(\\w[\\w.-]*/\\w[\\w.-]*)(?:@(\\w[\\w./-]*))?");

  /**
   * Reads {@code hf://org/name@revision}; the revision is {@code main} where none is given.
   *
   * @throws IllegalArgumentException if the location looks otherwise
   */
  static HubLocation parse(String location) {
    Matcher matcher = FORM.matcher(location);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "model '" + location + "': write hf://org/name@revision, with a commit as revision");
    }
    return new HubLocation(matcher.group(1), matcher.group(2) == null ? "main" : matcher.group(2));
  }

  /** Whether the revision is a commit, which never moves. */
  boolean pinned() {
    return revision.matches("[0-9a-f]{40}");
  }

  /** The same repository at another revision. */
  HubLocation at(String other) {
    return new HubLocation(repository, other);
  }

  /** The repository as the name of one folder. */
  String folder() {
    return repository.replace("/", "--");
  }

  @Override
  public String toString() {
    return SCHEME + repository + "@" + revision;
  }
}
