package io.github.panallama.http.clients;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The PyPI clients of Anthropic, two of them, and of OpenAI.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PythonClientsIT {
    @AutoClose
    private final Servers servers =
            Servers.start("hello", "loop", "split", "dice", "tools", "caller", "prose", "locked", "busy");

    @ParameterizedTest
    @CsvSource({
        "anthropic-1, anthropic_checks.py",
        "anthropic-2, anthropic_checks.py",
        "openai-3, openai_checks.py",
    })
    void script(String packages, String script) {
        ClientTools.python(packages, script, servers);
    }
}
