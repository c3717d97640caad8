package io.sparkattention.text.jinja;

/** What a name or key stands for that does not exist: false, empty, and nothing to work with. */
record Undefined(String name) {

  TemplateException used() {
    return new TemplateException("'" + name + "' is undefined");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Undefined;
  }

  @Override
  public int hashCode() {
    return 0;
  }
}
