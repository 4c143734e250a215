package io.github.panallama.http.clients;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The npm clients of Anthropic, an old and a new one, and of OpenAI.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NodeClientsIT {
    @AutoClose
    private final Servers servers =
            Servers.start("hello", "loop", "split", "dice", "tools", "caller", "prose", "locked", "busy");

    @ParameterizedTest
    @CsvSource({
        "anthropic-0, anthropic-scenarios.mjs",
        "anthropic-1, anthropic-scenarios.mjs",
        "anthropic-0, anthropic-protocol.mjs",
        "anthropic-1, anthropic-protocol.mjs",
        "anthropic-0, anthropic-streams.mjs",
        "anthropic-1, anthropic-streams.mjs",
        "anthropic-0, anthropic-tools.mjs",
        "anthropic-1, anthropic-tools.mjs",
        "openai, openai-chat.mjs",
        "openai, openai-streams.mjs",
    })
    void script(String sdk, String script) {
        ClientTools.node(sdk, script, servers);
    }
}
