package io.github.panallama.hostile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.Llama;
import io.github.panallama.fixture.Models;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Files that were damaged or made to attack: each is refused with the reason, or is a model that answers.
///
/// They are loaded in this process: one that ends it is found by the end of the test run itself.
class HostileModelsIT {
    @TempDir
    private Path folder;

    static Stream<HostileModel> keys() {
        return HostileKeys.all();
    }

    static Stream<HostileModel> vocabularies() {
        return HostileVocabularies.all();
    }

    static Stream<HostileModel> tensors() {
        return HostileTensors.all();
    }

    static Stream<HostileModel> architectures() {
        return HostileArchitectures.all();
    }

    static Stream<HostileModel> templates() {
        return HostileTemplates.all();
    }

    static Stream<HostileModel> damaged() {
        return DamagedFiles.all();
    }

    private static Stream<HostileModel> all() {
        return Stream.of(keys(), vocabularies(), tensors(), architectures(), templates(), damaged())
                .flatMap(models -> models);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"keys", "vocabularies", "tensors", "architectures", "templates", "damaged"})
    void isRefusedOrAnswers(HostileModel model) throws IOException {
        Unbounded.reason(model).ifPresent(reason -> Assumptions.abort("skipped: " + reason));
        var file = model.write(folder);
        try {
            Outcomes.inTime(() -> Outcomes.loadsAndAnswersOrRefuses(file));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    void everyCaseHasANameOfItsOwn() {
        var names = new HashSet<String>();
        all().forEach(model -> assertTrue(names.add(model.name()), model.name()));
        assertEquals(names.size(), all().count());
    }

    @AfterAll
    static void aGoodModelStillAnswers() {
        try (var llama = Llama.load(Models.file(Models.bigram()), Outcomes.SMALL)) {
            assertEquals(
                    4,
                    llama.complete("t", Outcomes.BRIEF.withIgnoreEos(true))
                            .tokens()
                            .size());
        }
    }
}
