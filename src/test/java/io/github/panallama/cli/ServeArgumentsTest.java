package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.http.Access;
import io.github.panallama.http.Bind;
import io.github.panallama.http.Bounds;
import io.github.panallama.http.ServerOptions;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.OnViolation;
import io.github.panallama.model.ModelOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class ServeArgumentsTest {
    private static ServeCommand parse(String line) {
        return CommandLine.populateCommand(
                new ServeCommand(new TestConsole().console()), line.isEmpty() ? new String[0] : line.split(" "));
    }

    private static GenerationLimits limits(String text) {
        return parse("-q --limits " + text).serving("m").limits();
    }

    @Test
    void withoutOptions() {
        var command = parse("-q");
        assertEquals(ModelOptions.DEFAULT.withParallel(4).withQueue(64), command.loading());
        assertEquals(ServerOptions.DEFAULT.withPort(8080).withModelName("m"), command.serving("m"));
    }

    @Test
    void everyOption() {
        var command = parse("-q --host 0.0.0.0 --port 0 --api-key a --api-key b --insecure-bind --request-timeout 1.5"
                + " --body-limit 1000 --cors * --no-page --system brief --parallel 2 --queue 0 --ctx-size 64");
        assertEquals(ModelOptions.DEFAULT.withParallel(2).withQueue(0).withContextSize(64), command.loading());
        assertEquals(
                ServerOptions.DEFAULT
                        .withBind(new Bind("0.0.0.0", 0, true))
                        .withAccess(new Access(List.of("a", "b"), Optional.of("*")))
                        .withBounds(
                                Bounds.DEFAULT.withBodyLimit(1000).withRequest(Optional.of(Duration.ofMillis(1500))))
                        .withPage(false)
                        .withSystem(Optional.of("brief"))
                        .withModelName("m"),
                command.serving("m"));
    }

    @Test
    void limitsOnTokens() {
        assertEquals(GenerationLimits.of(10, 500), limits("min=10,max=500"));
        assertEquals(GenerationLimits.DYNAMIC.withMax(1000), limits("max=1000"));
        assertEquals(
                GenerationLimits.NONE.withMin(2).withAbove(OnViolation.REJECT).withBelow(OnViolation.CLAMP),
                limits("MIN=2,above=reject,below=Clamp,dynamic=off"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "min", "min=x", "max=0", "min=5,max=4", "above=maybe", "dynamic=2", "most=5", ","})
    void limitsThatMakeNoSense(String text) {
        assertThrows(IllegalArgumentException.class, () -> limits(text));
        var console = new TestConsole();
        assertEquals(2, Main.run(console.console(), "serve", "--limits", text, "-m", "none.gguf"));
        assertEquals(1, console.err().lines().count(), console.err());
    }

    @Test
    void aModelThatIsNotThere() {
        var console = new TestConsole();
        assertEquals(3, Main.run(console.console(), "serve", "-m", "none.gguf"));
        assertTrue(console.err().contains("none.gguf"), console.err());
    }
}
