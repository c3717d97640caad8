package io.sparkattention.bench.findings;

/** What a measurement says of a claim. */
enum Verdict {
  REPLICATED("replicated"),
  PARTLY("partly"),
  CONTRADICTED("contradicted"),
  UNDECIDED("undecided"),
  NOT_MEASURED("–");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }
}
