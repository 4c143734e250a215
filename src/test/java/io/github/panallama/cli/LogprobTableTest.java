package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Score;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogprobTableTest {
    @Test
    void itShowsWhatElseCouldHaveCome() {
        assertEquals(
                """
                token    id  probability            logprob  rank  alternatives
                <f0 9f>   7  ████▉        60.7%     -0.5000     1  "x" 28.4%
                "😀"      9  ███          36.8%     -1.0000     1
                " a"      5                0.0%  -9999.0000     1  " a" 77.9%  "b" 13.5%  "b" 5.0%""",
                LogprobTable.of(Answers.splitEmoji()));
    }

    @Test
    void anEchoedPromptStandsApart() {
        var lines = LogprobTable.of(Answers.echoed()).lines().toList();
        assertEquals(5, lines.size());
        assertTrue(lines.get(1).startsWith("\"Say\""));
        assertEquals("", lines.get(3));
        assertTrue(lines.get(4).startsWith("\"!\""));
    }

    @Test
    void bars() {
        assertEquals("", LogprobTable.bar(0));
        assertEquals("▏", LogprobTable.bar(1 / 64.0));
        assertEquals("████", LogprobTable.bar(0.5));
        assertEquals("████████", LogprobTable.bar(1));
    }

    @Test
    void theLeastLikelyTenthIsMarked() {
        var tokens = new ArrayList<Token>();
        for (int i = 0; i < 11; i++) {
            tokens.add(Answers.token(i, "x", Answers.utf8("x"), i == 4 || i == 7 ? -9 : -1));
        }
        var lines = LogprobTable.of(new Score(tokens, Timings.NONE)).lines().toList();
        for (int i = 0; i < 11; i++) {
            assertEquals(i == 4 || i == 7, lines.get(i + 1).startsWith("!"), lines.get(i + 1));
        }
    }

    @Test
    void wideCharactersTakeTwoColumns() {
        var table = Table.plain().row("日本", "x").row("é", "x").row("abcd", "x");
        assertEquals("日本  x\né     x\nabcd  x", table.toString());
    }

    @Test
    void nothingScored() {
        assertEquals(
                "0 tokens scored: nothing comes before the only one",
                ScoreCommand.total(new Score(List.of(), Timings.NONE)));
    }
}
