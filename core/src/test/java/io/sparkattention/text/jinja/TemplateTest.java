package io.sparkattention.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Against Jinja2 in the sandbox of transformers: see golden_chat.py. */
class TemplateTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode EXPECTED = expected();

  @TestFactory
  Stream<DynamicTest> everyFeatureDoesWhatItDoesInJinja2() {
    Map<String, Object> values = map(EXPECTED.path("values"));
    return StreamSupport.stream(EXPECTED.path("features").spliterator(), false)
        .map(
            feature -> {
              String template = feature.path("template").asText();
              return DynamicTest.dynamicTest(
                  template, () -> assertSame(feature, template, new HashMap<>(values)));
            });
  }

  @TestFactory
  Stream<DynamicTest> everyTemplateWritesWhatTransformersWrites() {
    return EXPECTED.path("templates").properties().stream()
        .flatMap(
            entry ->
                Stream.of("user", "system", "dialogue", "out-of-turn")
                    .map(
                        conversation ->
                            DynamicTest.dynamicTest(
                                entry.getKey() + " " + conversation,
                                () -> assertConversation(entry.getValue(), conversation))));
  }

  private static void assertConversation(JsonNode template, String conversation) {
    Map<String, Object> values = map(template.path("values"));
    values.put(
        "messages",
        JSON.convertValue(EXPECTED.path("conversations").path(conversation), List.class));
    values.put("tools", null);
    values.put("documents", null);
    values.put("add_generation_prompt", true);
    values.put("enable_thinking", false);
    assertSame(
        template.path("conversations").path(conversation),
        template.path("template").asText(),
        values);
  }

  private static void assertSame(JsonNode expected, String template, Map<String, Object> values) {
    if (expected.has("error")) {
      assertThatThrownBy(() -> render(template, values))
          .as("Jinja2 says: %s", expected.path("error").asText())
          .isInstanceOf(TemplateException.class);
    } else {
      assertThat(render(template, values)).isEqualTo(expected.path("text").asText());
    }
  }

  @Test
  void anErrorTellsItsLine() {
    assertThatThrownBy(() -> render("a\n{% if x %}\n{% endif %}\n{{ b.c }}", Map.of()))
        .hasMessage("'b' is undefined (line 4)");
    assertThatThrownBy(() -> render("a\n\n{% for a of b %}", Map.of()))
        .hasMessage("'of' stands where 'in' should be (line 3)");
    assertThatThrownBy(() -> render("{{ raise_exception('no system') }}", Map.of()))
        .hasMessage("no system (line 1)");
    assertThatThrownBy(() -> render("{{ a | nope }}", Map.of()))
        .hasMessageContaining("there is no filter 'nope' here: there are abs, capitalize, count");
  }

  @Test
  void whatATemplateFillsInIsNotReadAsATemplate() {
    assertThat(render("{{ text }}", Map.of("text", "{{ 1 + 1 }}{% if %}")))
        .isEqualTo("{{ 1 + 1 }}{% if %}");
  }

  @Test
  void aTemplateThatWouldNeverEndIsStopped() {
    for (String template :
        List.of(
            "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
            "{{ range(1000000000) | length }}",
            "{{ 'a' * 1000000000 }}",
            "{{ " + "(".repeat(5000) + "1" + ")".repeat(5000) + " }}",
            "{{ " + "not ".repeat(8000) + "1 }}",
            "{% if 1 %}".repeat(2000) + "{% endif %}".repeat(2000))) {
      assertThatThrownBy(() -> render(template, Map.of()))
          .as(template.substring(0, 20))
          .isInstanceOf(TemplateException.class);
    }
  }

  @Test
  void itReachesNothingButItsValues() {
    Map<String, Object> values = new LinkedHashMap<>(Map.of("text", "a", "list", List.of(1L)));
    for (String path :
        List.of("text.class", "text.getClass()", "list.class", "text['class']", "list.stream()")) {
      try {
        assertThat(render("{{ " + path + " }}", values)).isEmpty();
      } catch (TemplateException e) {
        assertThat(e).hasMessageContaining("undefined");
      }
    }
  }

  private static String render(String template, Map<String, Object> values) {
    LocalDateTime now = LocalDateTime.parse(EXPECTED.path("now").asText());
    return Template.parse(template, now).render(values);
  }

  /** Numbers as the templates know them: long and double. */
  private static Map<String, Object> map(JsonNode node) {
    Map<String, Object> map = new LinkedHashMap<>();
    node.properties().forEach(each -> map.put(each.getKey(), value(each.getValue())));
    return map;
  }

  private static Object value(JsonNode node) {
    if (node.isObject()) {
      return map(node);
    }
    if (node.isArray()) {
      List<Object> list = new java.util.ArrayList<>();
      node.forEach(each -> list.add(value(each)));
      return list;
    }
    return node.isNull()
        ? null
        : node.isBoolean()
            ? (Object) node.asBoolean()
            : node.isIntegralNumber()
                ? (Object) node.asLong()
                : node.isNumber() ? (Object) node.asDouble() : node.asText();
  }

  private static JsonNode expected() {
    try (InputStream in =
        TemplateTest.class.getResourceAsStream("/golden/chat/chat.expected.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
