package io.sparkattention.tensor;

/** What follows a linear map in a head. */
public enum HeadActivation {
  NONE("plain_linear"),
  TANH("tanh_linear"),
  RELU("relu_linear"),
  /** That of the model's feed-forward blocks. */
  OF_LAYERS("activated_linear");

  private final String method;

  HeadActivation(String method) {
    this.method = method;
  }

  String method() {
    return method;
  }
}
