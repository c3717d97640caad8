package io.sparkattention.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode EXPECTED = expected();

  @TempDir Path directory;

  @Test
  void conversationsAreWrittenAsTransformersWritesThem() throws IOException {
    for (String name : List.of("chatml", "thinking", "headers", "instruct", "turns", "bars")) {
      JsonNode made = EXPECTED.path("templates").path(name);
      ObjectNode config = JSON.createObjectNode().setAll((ObjectNode) made.path("values"));
      config.put("chat_template", made.path("template").asText());
      ChatTemplate template = open(config);
      for (String conversation : List.of("user", "system", "dialogue")) {
        JsonNode written = made.path("conversations").path(conversation);
        if (written.has("text")) {
          assertThat(template.render(messages(conversation)))
              .as(name + " " + conversation)
              .isEqualTo(written.path("text").asText());
        }
      }
      assertThat(template.hasSystemRole()).as(name).isEqualTo(!name.equals("turns"));
    }
  }

  @Test
  void whereThereIsNoSystemItSpeaksThroughTheUser() throws IOException {
    JsonNode made = EXPECTED.path("templates").path("turns");
    ObjectNode config = JSON.createObjectNode();
    config.putObject("bos_token").put("content", "<bos>");
    config.put("chat_template", made.path("template").asText());
    ChatTemplate template = open(config);
    assertThat(
            template.render(
                List.of(new ChatMessage("system", "Be brief."), new ChatMessage("user", "Why?"))))
        .isEqualTo("<bos><turn>user\nBe brief.\n\nWhy?<end_of_turn>\n<turn>model\n");
    assertThat(template.marks()).contains("<turn>", "<end_of_turn>");
  }

  @Test
  void aFileOfItsOwnGoesBeforeTheConfiguration() throws IOException {
    ObjectNode config = JSON.createObjectNode().put("chat_template", "C {{ messages[0].content }}");
    Files.writeString(
        directory.resolve("chat_template.json"),
        JSON.createObjectNode().put("chat_template", "J {{ messages[0].content }}").toString());
    assertThat(open(config).render(messages("user"))).startsWith("J What");
    Files.writeString(directory.resolve("chat_template.jinja"), "F {{ messages[-1].content }}\n");
    assertThat(open(config).render(messages("user"))).isEqualTo("F What is attention?");
  }

  @Test
  void ofSeveralTheDefaultIsTaken() throws IOException {
    ObjectNode config = JSON.createObjectNode();
    config
        .putArray("chat_template")
        .add(JSON.createObjectNode().put("name", "tools").put("template", "{{ nothing.at.all }}"))
        .add(
            JSON.createObjectNode()
                .put("name", "default")
                .put("template", "{{ messages[-1].content }}"));
    assertThat(open(config).render(messages("user"))).isEqualTo("What is attention?");
    config
        .putArray("chat_template")
        .add(JSON.createObjectNode().put("name", "tools").put("template", "{{ 1 }}"));
    assertThatThrownBy(() -> open(config))
        .hasMessageContaining("none of its templates is named default: they are tools");
  }

  @Test
  void aCheckpointWithoutOneHasNone() throws IOException {
    assertThat(ChatTemplate.open(directory)).isEmpty();
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"bos_token\": null}");
    assertThat(ChatTemplate.open(directory)).isEmpty();
    assertThat(ChatTemplate.isIn(directory)).isFalse();
  }

  @Test
  void aTemplateInAnyFileShowsThatInstructionsWereTrained() throws IOException {
    for (String file : List.of("chat_template.json", "tokenizer_config.json")) {
      Path checkpoint = Files.createDirectory(directory.resolve(file + "-alone"));
      Files.writeString(checkpoint.resolve(file), "{\"chat_template\": \"{% never closed\"}");
      assertThat(ChatTemplate.isIn(checkpoint)).as(file).isTrue();
    }
    Files.writeString(directory.resolve("chat_template.jinja"), "{{ messages[0].content }}");
    assertThat(ChatTemplate.isIn(directory)).isTrue();
  }

  @Test
  void aTemplateThatFailsIsRefusedWhenItIsOpened() {
    for (String source :
        List.of(
            "{% for m in messages %}{{ m.content }}",
            "{{ messages[0].content.missing.name }}",
            "{{ raise_exception('never') }}",
            "<user><assistant>")) {
      assertThatThrownBy(() -> open(JSON.createObjectNode().put("chat_template", source)))
          .as(source)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the chat template in tokenizer_config.json of " + directory)
          .hasMessageContaining("cannot be used: ");
    }
  }

  private ChatTemplate open(ObjectNode config) throws IOException {
    Files.writeString(directory.resolve("tokenizer_config.json"), config.toString());
    return ChatTemplate.open(directory).orElseThrow();
  }

  private static List<ChatMessage> messages(String conversation) {
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode each : EXPECTED.path("conversations").path(conversation)) {
      messages.add(new ChatMessage(each.path("role").asText(), each.path("content").asText()));
    }
    return messages;
  }

  private static JsonNode expected() {
    try (InputStream in =
        ChatTemplateTest.class.getResourceAsStream("/golden/chat/chat.expected.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
