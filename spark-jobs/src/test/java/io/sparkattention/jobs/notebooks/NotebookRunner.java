package io.sparkattention.jobs.notebooks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The process that runs all notebooks in one Spark shell. It has one of its own, since executors
 * find the classes of a shell only in the Spark that it started.
 */
public final class NotebookRunner {

  private NotebookRunner() {}

  /**
   * Runs the notebooks of Databricks, and then notes of Zeppelin the other way round: if these are
   * all, a cell that needs what another notebook defines fails in one of the two orders. At last
   * Spark is stopped and started again, for one more.
   *
   * @param arguments the directory for all that is written, a pattern of the names of notes to run,
   *     then names and values of fields
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    for (int i = 2; i < arguments.length; i += 2) {
      NotebookServer.FILLED_IN.put(arguments[i], arguments[i + 1]);
    }
    Shell shell = new Shell(directory);
    List<Result> results = new ArrayList<>();
    List<Notebook> sources = new ArrayList<>(Notebook.sources());
    for (Notebook source : sources) {
      results.add(run(shell, "databricks", source));
    }
    Collections.reverse(sources);
    shell.clear();
    for (Notebook source : sources.stream().filter(s -> s.name().matches(arguments[1])).toList()) {
      Path note = Notebook.HOME.resolve("zeppelin").resolve(source.name() + ZeppelinNote.EXTENSION);
      results.add(run(shell, "zeppelin", ZeppelinNote.read(note)));
    }
    shell.restart();
    results.add(run(shell, "databricks restarted", sources.get(0)));
    new ObjectMapper().writeValue(directory.resolve("results.json").toFile(), results);
    System.exit(0);
  }

  private static Result run(Shell shell, String server, Notebook notebook) {
    List<RunCell> cells = new ArrayList<>();
    for (Cell cell : notebook.cells()) {
      long start = System.nanoTime();
      cells.add(shell.run(cell));
      System.err.printf(
          "%s %s %d: %.1f s%n", server, notebook, cells.size(), (System.nanoTime() - start) / 1e9);
    }
    return new Result(server, notebook.name(), cells);
  }
}
