package dev.paxosjournal.samples.replicatedkv.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Histories that one register could, and could not, have answered. */
class RegisterHistoryTest {
  private final RegisterHistory history = new RegisterHistory("k");

  private void read(String value, long begun, long ended) {
    history.read(Optional.of(value), begun, ended);
  }

  @Test
  void oneAfterAnotherIsInOrder() {
    history.read(Optional.empty(), 1, 2);
    history.wrote("a", 3, 4);
    read("a", 5, 6);
    history.wrote("b", 7, 8);
    read("b", 9, 10);
    read("b", 11, 12);
    assertThat(history.violations()).isEmpty();
  }

  @Test
  void concurrentReadsMaySeeEitherValue() {
    history.wrote("a", 1, 2);
    history.wrote("b", 3, 10);
    read("a", 4, 6);
    read("b", 5, 7);
    assertThat(history.violations()).isEmpty();
  }

  @Test
  void valueThatComesBackIsFound() {
    history.wrote("a", 1, 2);
    history.wrote("b", 3, 4);
    read("b", 5, 6);
    read("a", 7, 8);
    assertThat(history.violations()).isNotEmpty();
  }

  @Test
  void acknowledgedWriteThatNobodySeesIsFound() {
    history.wrote("a", 1, 2);
    history.wrote("b", 3, 4);
    read("a", 5, 6);
    assertThat(history.violations()).singleElement().asString().contains("b was lost");
  }

  @Test
  void firstWriteThatVanishesIsFound() {
    history.wrote("a", 1, 2);
    history.read(Optional.empty(), 3, 4);
    assertThat(history.violations()).isNotEmpty();
  }

  @Test
  void writeWithoutAnswerMayHappenLateOrNever() {
    history.wrote("a", 1, 2);
    history.mayHaveWritten("b", 3);
    history.mayHaveWritten("c", 4);
    read("a", 5, 6);
    read("c", 7, 8);
    assertThat(history.violations()).isEmpty();
  }

  @Test
  void valueFromNowhereOrFromTheFutureIsFound() {
    read("x", 1, 2);
    history.wrote("y", 9, 10);
    read("y", 5, 6);
    assertThat(history.violations()).hasSize(2);
  }
}
