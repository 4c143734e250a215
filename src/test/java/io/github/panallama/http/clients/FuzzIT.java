package io.github.panallama.http.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Requests made from `/openapi.json`, right and wrong ones, for `panallama.fuzz.seconds`: none brings a server error,
/// and each answer is what the description says.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FuzzIT {
    private static final int SECONDS = Integer.getInteger("panallama.fuzz.seconds", 60);

    @AutoClose
    private final Servers servers = Servers.start("fuzz");

    @Test
    void theServerIsWhatItsDescriptionSays() throws IOException {
        var environment = ClientTools.pythonPath("schemathesis-4");
        var command = List.of(
                "python3",
                "-s",
                "-m",
                "schemathesis.cli",
                "run",
                servers.uri("fuzz") + "/openapi.json",
                "--checks",
                "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
                "--phases",
                "examples,coverage,fuzzing",
                "--max-time",
                String.valueOf(SECONDS),
                "--seed",
                "1",
                "--generation-database",
                "none",
                "--request-timeout",
                "20",
                "--continue-on-failure",
                "--no-color");
        var folder = Files.createDirectories(Path.of("target/clients"));
        var result = ClientTools.start("schemathesis", command, environment, folder, Duration.ofSeconds(SECONDS + 120));
        assertEquals(0, result.status(), result::output);
    }
}
