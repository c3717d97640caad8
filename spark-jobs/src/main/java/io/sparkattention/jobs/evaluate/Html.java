package io.sparkattention.jobs.evaluate;

/** Text in HTML. */
final class Html {

  private Html() {}

  /** Text that means itself, in elements and in attributes. */
  static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
