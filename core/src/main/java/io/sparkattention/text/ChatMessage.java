package io.sparkattention.text;

import java.util.Objects;

/**
 * One turn of a conversation with an instruction model.
 *
 * @param role who speaks: {@code system}, {@code user} or {@code assistant}
 * @param content what is said
 */
public record ChatMessage(String role, String content) {

  public ChatMessage {
    Objects.requireNonNull(role);
    Objects.requireNonNull(content);
  }
}
