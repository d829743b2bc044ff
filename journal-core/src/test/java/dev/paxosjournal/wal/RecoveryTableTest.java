package dev.paxosjournal.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The recovery table of FORMAT.md: what {@link ScanRow} makes of everything that can be seen. */
class RecoveryTableTest {
  private static final int QUESTIONS = 10;

  /** One combination of answers: a bit each. */
  private record Combination(int bits) implements ScanRow.Place {
    private boolean bit(int number) {
      return (bits >> number & 1) != 0;
    }

    @Override
    public boolean fileEnds() {
      return bit(0);
    }

    @Override
    public boolean groupIsComplete() {
      return bit(1);
    }

    @Override
    public boolean segmentFollows() {
      return bit(2);
    }

    @Override
    public boolean hintEndsBehind() {
      return bit(3);
    }

    @Override
    public boolean checkpointEndsBehind() {
      return bit(4);
    }

    @Override
    public boolean headerLiesBehind() {
      return bit(5);
    }

    @Override
    public boolean diskFailed() {
      return bit(6);
    }

    @Override
    public boolean isBlank() {
      return bit(7);
    }

    @Override
    public boolean tornIsLost() {
      return bit(8);
    }

    @Override
    public boolean headlessFileFollows() {
      return bit(9);
    }

    /** Something other than this place tells that what should be here was forced. */
    boolean hasProof() {
      return segmentFollows()
          || hintEndsBehind()
          || checkpointEndsBehind()
          || headerLiesBehind()
          || headlessFileFollows();
    }

    /** Where a file ends it holds neither a group nor anything behind it, nor can it be read. */
    boolean isPossible() {
      return !(fileEnds() && (groupIsComplete() || headerLiesBehind() || diskFailed()))
          && !(groupIsComplete() && (diskFailed() || isBlank()));
    }
  }

  /** The verdict by what must never happen, without any order of rows. */
  private static ScanRow.Verdict expected(Combination seen) {
    if (seen.groupIsComplete()) {
      return ScanRow.Verdict.APPLY;
    }
    if (seen.hasProof() || (seen.diskFailed() && !seen.fileEnds())) {
      return ScanRow.Verdict.LOST;
    }
    if (seen.fileEnds() || seen.isBlank()) {
      return ScanRow.Verdict.END;
    }
    return seen.tornIsLost() ? ScanRow.Verdict.LOST : ScanRow.Verdict.TORN;
  }

  @Test
  void everyCombinationGetsExactlyOneVerdict() {
    Map<ScanRow, Integer> decided = new EnumMap<>(ScanRow.class);
    for (int bits = 0; bits < 1 << QUESTIONS; bits++) {
      Combination seen = new Combination(bits);
      if (seen.isPossible()) {
        ScanRow row = ScanRow.of(seen);
        assertThat(row.verdict()).as("%s, row %s", seen, row).isEqualTo(expected(seen));
        decided.merge(row, 1, Integer::sum);
      }
    }
    assertThat(decided).as("every row decides something").containsOnlyKeys(ScanRow.values());
  }

  @Test
  void nothingThatIsProvedIsEverCutOff() {
    for (int bits = 0; bits < 1 << QUESTIONS; bits++) {
      Combination seen = new Combination(bits);
      if (seen.isPossible() && seen.hasProof()) {
        assertThat(ScanRow.of(seen).verdict())
            .as(seen.toString())
            .isIn(ScanRow.Verdict.APPLY, ScanRow.Verdict.LOST);
      }
    }
  }

  @Test
  void theDocumentHasTheRowsOfTheCodeInTheirOrder() throws IOException {
    List<String> documented = new ArrayList<>();
    for (String line : Files.readAllLines(Path.of("FORMAT.md"))) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 6 && cells[2].strip().matches("`[A-Z_]+`")) {
        documented.add(cells[2].strip().replace("`", "") + " " + cells[4].strip());
      }
    }
    List<String> coded = new ArrayList<>();
    for (ScanRow row : ScanRow.values()) {
      coded.add(row + " " + row.verdict());
    }
    assertThat(documented).containsExactlyElementsOf(coded);
  }
}
