package io.sparkattention.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkattention.text.jinja.Template;
import io.sparkattention.text.jinja.TemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How a checkpoint wants a conversation written, as its {@code chat_template} says: with the prompt
 * for the model's answer at the end, as {@code apply_chat_template} of transformers writes it. Safe
 * for use by several threads.
 *
 * <p>Models that may think before they answer are asked not to ({@code enable_thinking=false}).
 * Templates that tell the date tell 26 July 2024, so that the same rows always make the same
 * results. Where a template refuses a system message, or leaves it out, it stands before the first
 * message of the user, with an empty line between them.
 */
public final class ChatTemplate {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final LocalDateTime DATE = LocalDateTime.of(2024, 7, 26, 0, 0);
  private static final List<String> OTHERS = List.of("chat_template.json", "tokenizer_config.json");
  private static final String PROBE = "probe 7c1f";

  /** What looks like the mark of a role or a turn: {@code <|user|>}, {@code [INST]}. */
  private static final Pattern MARK =
      Pattern.compile(
          "<\\|[^|<>\\s]+\\|>|<｜[^｜<>\\s]+｜>|<</?[A-Z_]+>>|</?[a-z_]+>|\\[/?[A-Z_]{2,}\\]");

  private final Template template;
  private final Map<String, Object> values;
  private final Set<String> marks = new TreeSet<>();
  private final boolean system;

  private ChatTemplate(String source, Map<String, Object> values) {
    this.template = Template.parse(source, DATE);
    this.values = new HashMap<>(values);
    this.values.put("tools", null);
    this.values.put("documents", null);
    this.values.put("add_generation_prompt", true);
    this.values.put("enable_thinking", false);
    MARK.matcher(source).results().forEach(found -> marks.add(found.group()));
    ChatMessage user = new ChatMessage("user", "a");
    String alone = write(List.of(new ChatMessage("user", PROBE)));
    if (!alone.contains(PROBE)) {
      throw new TemplateException("it leaves out what the user says");
    }
    this.system = writesSystem(user);
  }

  /**
   * The template of a checkpoint: {@code chat_template.jinja}, or what {@code chat_template.json}
   * or {@code tokenizer_config.json} say; of several with names the one named {@code default}.
   *
   * @param directory the checkpoint's
   * @return empty if it has none
   * @throws IOException if a file cannot be read, or its template cannot be used
   */
  public static Optional<ChatTemplate> open(Path directory) throws IOException {
    JsonNode config = json(directory.resolve("tokenizer_config.json"));
    String where = "chat_template.jinja";
    try {
      Path file = directory.resolve(where);
      Optional<String> source = Optional.empty();
      if (Files.isRegularFile(file)) {
        source = Optional.of(Files.readString(file));
      }
      for (String other : OTHERS) {
        if (source.isEmpty()) {
          where = other;
          source = source(json(directory.resolve(other)).path("chat_template"));
        }
      }
      Map<String, Object> tokens = tokens(json(directory.resolve("special_tokens_map.json")));
      tokens.putAll(tokens(config));
      return source.map(text -> new ChatTemplate(text, tokens));
    } catch (TemplateException e) {
      throw new IOException(
          "the chat template in %s of %s cannot be used: %s"
              .formatted(where, directory, e.getMessage()),
          e);
    }
  }

  /**
   * Whether a checkpoint has a template, be it one that cannot be used. One without was not trained
   * to follow instructions.
   *
   * @throws IOException if a file cannot be read
   */
  public static boolean isIn(Path directory) throws IOException {
    boolean found = Files.isRegularFile(directory.resolve("chat_template.jinja"));
    for (String other : OTHERS) {
      found = found || json(directory.resolve(other)).hasNonNull("chat_template");
    }
    return found;
  }

  private static JsonNode json(Path file) throws IOException {
    return Files.isRegularFile(file) ? JSON.readTree(file.toFile()) : JSON.createObjectNode();
  }

  private static Optional<String> source(JsonNode node) {
    if (!node.isArray()) {
      return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
    }
    Set<String> names = new TreeSet<>();
    for (JsonNode each : node) {
      if (each.path("name").asText().equals("default")) {
        return Optional.of(each.path("template").asText());
      }
      names.add(each.path("name").asText());
    }
    throw new TemplateException(
        "none of its templates is named default: they are " + String.join(", ", names));
  }

  /** The special tokens that templates know by name, such as {@code bos_token}. */
  private static Map<String, Object> tokens(JsonNode config) {
    Map<String, Object> tokens = new HashMap<>();
    for (Map.Entry<String, JsonNode> each : config.properties()) {
      JsonNode token = each.getValue();
      String text = token.isTextual() ? token.asText() : token.path("content").asText();
      if (each.getKey().endsWith("_token") && !text.isEmpty()) {
        tokens.put(each.getKey(), text);
      }
    }
    return tokens;
  }

  private boolean writesSystem(ChatMessage user) {
    try {
      return write(List.of(new ChatMessage("system", PROBE), user)).contains(PROBE);
    } catch (TemplateException e) {
      return false;
    }
  }

  /**
   * The conversation as the model reads it; it is to be tokenized without further special tokens.
   *
   * @throws TemplateException if the template refuses it
   */
  public String render(List<ChatMessage> messages) {
    return write(system ? messages : withoutSystem(messages));
  }

  /** Whether system messages have a place of their own. */
  public boolean hasSystemRole() {
    return system;
  }

  /** The marks of roles and turns in the template, sorted: what a document must not say. */
  public Set<String> marks() {
    return new TreeSet<>(marks);
  }

  private static List<ChatMessage> withoutSystem(List<ChatMessage> messages) {
    List<ChatMessage> others = new ArrayList<>();
    StringBuilder said = new StringBuilder();
    for (ChatMessage message : messages) {
      if (message.role().equals("system")) {
        said.append(message.content()).append("\n\n");
      } else if (message.role().equals("user")) {
        others.add(new ChatMessage("user", said + message.content()));
        said.setLength(0);
      } else {
        others.add(message);
      }
    }
    return others;
  }

  private String write(List<ChatMessage> messages) {
    List<Object> turns = new ArrayList<>();
    for (ChatMessage message : messages) {
      turns.add(Map.of("role", message.role(), "content", message.content()));
    }
    Map<String, Object> all = new HashMap<>(values);
    all.put("messages", turns);
    return template.render(all);
  }
}
