package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Tool;
import io.github.panallama.chat.ToolChoice;
import io.github.panallama.chat.Tools;
import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Control;
import io.github.panallama.completion.PromptOptions;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.completion.Stops;
import io.github.panallama.http.Access;
import io.github.panallama.http.Bind;
import io.github.panallama.http.Bounds;
import io.github.panallama.http.ServerOptions;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.Length;
import io.github.panallama.limits.OnViolation;
import io.github.panallama.limits.Step;
import io.github.panallama.model.Compute;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.Isolation;
import io.github.panallama.model.KvCache;
import io.github.panallama.model.KvType;
import io.github.panallama.model.Loading;
import io.github.panallama.model.Lora;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Penalties;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every option record: `withX` exists for each component x and changes exactly x.
class WitherLawTest {
    static Stream<Record> options() {
        return Stream.of(
                CompletionOptions.DEFAULT,
                Sampling.NEUTRAL, // its own stages stand beside neutral fields only
                Penalties.NONE,
                ModelOptions.DEFAULT,
                Compute.DEFAULT.withBatchSize(1024), // room for the other ubatch size
                KvCache.DEFAULT,
                Loading.DEFAULT,
                ChatOptions.DEFAULT,
                Tools.of(new Tool("b", "", "{}")),
                GenerationLimits.of(10, 500),
                Stops.NONE,
                PromptOptions.DEFAULT.withParseSpecial(false),
                Control.NONE,
                ScoreOptions.DEFAULT,
                Bind.DEFAULT,
                Access.DEFAULT,
                Bounds.DEFAULT,
                ServerOptions.DEFAULT);
    }

    @ParameterizedTest
    @MethodSource("options")
    void witherChangesExactlyItsComponent(Record base) throws ReflectiveOperationException {
        var type = base.getClass();
        for (var component : type.getRecordComponents()) {
            var x = component.getName();
            var name = "with" + Character.toUpperCase(x.charAt(0)) + x.substring(1);
            var value = other(component, component.getAccessor().invoke(base));
            var changed = type.getMethod(name, component.getType()).invoke(base, value);
            for (var each : type.getRecordComponents()) {
                var before = each.getAccessor().invoke(base);
                var after = each.getAccessor().invoke(changed);
                if (each.getName().equals(x)) {
                    assertEquals(value, after, name);
                    assertNotEquals(before, after, "the test's other value must differ");
                } else {
                    assertEquals(before, after, () -> name + " changed " + each.getName());
                }
            }
        }
    }

    /// A valid value that differs.
    private static Object other(RecordComponent component, Object value) {
        var owner = component.getDeclaringRecord();
        return switch (value) {
            case Integer i -> i + 7;
            case Boolean b -> !b;
            case Float f -> f == 0.5f ? 0.25f : 0.5f;
            case OptionalInt _ -> OptionalInt.of(3);
            case OptionalLong _ -> OptionalLong.of(3);
            case OnViolation _ -> OnViolation.REJECT;
            case Map<?, ?> _ when owner.equals(GenerationLimits.class) -> Map.of("tiny", 5);
            case Map<?, ?> _ when owner.equals(ChatOptions.class) -> Map.of("a", "1");
            case Map<?, ?> _ -> Map.of(3, 1.5f);
            case List<?> _ when owner.equals(ModelOptions.class) -> List.of(Lora.of(Path.of("a.gguf")));
            case List<?> _ when owner.equals(GenerationLimits.class) -> List.of(new Step(8, 5));
            case List<?> _ when owner.equals(Tools.class) -> List.of(new Tool("a", "", "{}"));
            case List<?> _ when owner.equals(Sampling.class) -> List.of(new Stage.TopK(3), new Stage.Draw());
            case List<?> _ -> List.of(component.getName().equals("tokens") ? 3 : "a");
            case Sampling _ -> Sampling.GREEDY;
            case Penalties p -> p.withRepeat(1.5f);
            case Compute c -> c.withThreads(3);
            case KvCache c -> c.withTypeK(KvType.Q8_0);
            case KvType _ -> KvType.BF16;
            case FlashAttention _ -> FlashAttention.ON;
            case Loading l -> l.withMmap(false);
            case Isolation _ -> Isolation.PROCESS;
            case CompletionOptions o -> o.withMaxTokens(3);
            case Stops s -> s.withIgnoreEos(true);
            case PromptOptions p -> p.withEcho(true);
            case GenerationLimits l -> l.withMax(1000);
            case String _ -> "b";
            case Duration d -> d.plusSeconds(3);
            case Consumer<?> _ -> (Consumer<String>) _ -> {};
            case Bind b -> b.withPort(3);
            case Access a -> a.withApiKeys(List.of("a"));
            case Bounds b -> b.withBodyLimit(3);
            case Length _ -> Length.preset("short");
            case Tools _ -> Tools.of(new Tool("a", "", "{}"));
            case ToolChoice _ -> ToolChoice.NONE;
            case Control c -> c.withDeadline(Optional.of(Duration.ofSeconds(3)));
            case Optional<?> _ ->
                Optional.of(
                        switch (component.getName()) {
                            case "suffix", "system", "cors" -> "b";
                            case "grammar" -> Grammar.json();
                            case "deadline", "request" -> Duration.ofSeconds(3);
                            case "cancel" -> new Cancel();
                            default -> fail("the law has no other value for " + component);
                        });
            default -> fail("the law has no other value for " + value.getClass());
        };
    }
}
