package io.sparkattention.text.jinja;

/** A template that cannot be read, or that fails or refuses when it is rendered. */
public final class TemplateException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int line;

  /** A failure whose line is not known. */
  public TemplateException(String message) {
    this(message, 0);
  }

  private TemplateException(String message, int line) {
    super(line == 0 ? message : message + " (line " + line + ")");
    this.line = line;
  }

  /** The same exception with the line where it happened, from 1; the first one given stays. */
  TemplateException at(int where) {
    return line > 0 ? this : new TemplateException(getMessage(), where);
  }
}
