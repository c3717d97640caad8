package io.sparkattention.bench.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresManualTest {

  @TempDir private Path directory;

  @BeforeEach
  void pages() throws IOException {
    Files.writeString(
        directory.resolve("bookindex.html"),
        """
        <body><div class="indexdiv"><h3>C</h3><dl>
        <dt>cat, <a class="indexterm" href="cats.html#TOP">Cats</a>,
          <a class="indexterm" href="pets.html">Pets</a></dt>
        <dd><dl><dt>in boxes, <a class="indexterm" href="cats.html#BOX">Boxes</a></dt></dl></dd>
        <dt>gone, <a class="indexterm" href="gone.html">Gone</a></dt>
        <dt>pet (see <a href="#X">cat</a>)</dt>
        </dl></div></body>
        """);
    Files.writeString(
        directory.resolve("cats.html"),
        "<body><div class=\"navheader\">Next</div><h1>Cats</h1><p>Sit<br>down.</p></body>");
    Files.writeString(directory.resolve("pets.html"), "<body><p>Many.</p></body>");
    Files.writeString(directory.resolve("empty.html"), "<body> </body>");
  }

  @Test
  void readsPagesWithoutNavigation() {
    assertThat(PostgresManual.read(directory).passages())
        .containsExactly(
            new JudgedCollection.Passage("cats.html", "Cats\nSit\ndown."),
            new JudgedCollection.Passage("pets.html", "Many."));
  }

  @Test
  void joinsNestedEntriesAndLeavesOutThoseWithoutAPage() {
    assertThat(PostgresManual.read(directory).queries())
        .containsExactly(
            new JudgedCollection.Query("entry-0001", "cat", Set.of("cats.html", "pets.html")),
            new JudgedCollection.Query("entry-0002", "cat, in boxes", Set.of("cats.html")));
  }

  @Test
  void narrowsACollectionToSomeOfItsPassages() {
    JudgedCollection pets = PostgresManual.read(directory).only("pets", Set.of("pets.html"));
    assertThat(pets.queries())
        .isEqualTo(List.of(new JudgedCollection.Query("entry-0001", "cat", Set.of("pets.html"))));
    assertThat(pets.qrels().judgements().get("entry-0001")).containsEntry("pets.html", 1);
    assertThat(pets.sample(0).queries()).isEmpty();
  }
}
