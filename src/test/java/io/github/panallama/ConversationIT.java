package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.error.ContextFullException;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.sampling.Sampler;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A `Chat`, with a model that answers "hello".
class ConversationIT {
    private static final ChatOptions GREEDY = ChatOptions.of(
            CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY).withMaxTokens(-1));

    private static Llama llama;

    @BeforeAll
    static void load() {
        llama = Llama.load(Models.file(Models.chat()));
    }

    @AfterAll
    static void close() {
        llama.close();
    }

    @Test
    void itKeepsWhatWasSaid() {
        var chat = new Chat(llama, GREEDY, Message.system("be brief"));
        assertEquals("hello", chat.say("hi").text());
        assertEquals("hello", chat.say("and?").text());
        assertEquals(
                List.of(
                        Message.system("be brief"),
                        Message.user("hi"),
                        Message.assistant("hello"),
                        Message.user("and?"),
                        Message.assistant("hello")),
                chat.messages());
        chat.reset();
        assertEquals(List.of(Message.system("be brief")), chat.messages());
    }

    /// The second turn evaluates its own message, not the first turn, nor the reply that the engine itself computed
    /// (which
    /// here is tokens as tokenizing its text gives them: "hello" is not).
    @Test
    void onlyWhatIsNewIsEvaluated() {
        var model = BigramModel.builder(TestVocabulary.chat())
                .name("he")
                .chain("<0x0A>", "he", "<|im_end|>")
                .build();
        try (var he = Llama.load(Models.file(model))) {
            var chat = new Chat(he, GREEDY, Message.system("a rather long instruction, word after word after word"));
            var first = chat.say("hi");
            var second = chat.say("and?");
            int known = first.usage().promptTokens() + first.usage().completionTokens();
            int fresh = second.usage().promptTokens() - known;
            assertTrue(fresh > 0);
            assertEquals(
                    fresh,
                    second.completion().timings().promptTokens(),
                    "of " + second.usage().promptTokens());
            var stateless = he.chat(chat.messages().subList(0, 4), GREEDY);
            assertEquals(
                    stateless.usage().promptTokens(),
                    stateless.completion().timings().promptTokens(),
                    "evaluated whole");
        }
    }

    @Test
    void aReplyLeftEarlyIsKeptAsFarAsItWent() {
        var chat = new Chat(llama, GREEDY);
        try (var reply = chat.stream(Message.user("hi"))) {
            assertEquals("he", reply.iterator().next().text());
        }
        assertEquals(2, chat.messages().size());
        assertTrue(chat.messages().getLast().content().startsWith("he"));
        assertEquals("hello", chat.say("again").text());
    }

    @Test
    void aBeginningIsContinued() {
        var chat = new Chat(llama, GREEDY);
        var reply = chat.send(Message.user("hi"), Message.assistant("he"));
        assertEquals("llo", reply.text());
        assertEquals(List.of(Message.user("hi"), Message.assistant("hello")), chat.messages());
        var stateless = llama.chat(List.of(Message.user("hi"), Message.assistant("he")), GREEDY);
        assertEquals("llo", stateless.text());
        assertEquals(new FinishReason.EndOfText(), stateless.finish());
    }

    @Test
    void aTurnThatFailsLeavesTheConversationAsItWas() {
        var chat = new Chat(llama, GREEDY);
        chat.say("hi");
        var before = chat.messages();
        assertThrows(ContextFullException.class, () -> chat.say("long ".repeat(1000)));
        assertEquals(before, chat.messages());
        assertEquals("hello", chat.say("again").text());
    }

    /// A sampler of the application fails while the reply is generated: its caller hears of it, the next one does not.
    @Test
    void aTurnThatFailsOnItsWayIsForgotten() {
        var failing = new AtomicBoolean(true);
        Sampler sampler = candidates -> {
            if (failing.get()) {
                throw new IllegalStateException("on purpose");
            }
        };
        var sampling = Sampling.GREEDY.plus(new Stage.Custom("failing", () -> sampler));
        var chat = new Chat(llama, GREEDY.withCompletion(GREEDY.completion().withSampling(sampling)));
        assertThrows(RuntimeException.class, () -> chat.say("hi"));
        failing.set(false);
        assertEquals("hello", chat.say("again").text());
        assertEquals(List.of(Message.user("again"), Message.assistant("hello")), chat.messages());
    }

    @Test
    void tokensAreCountedWithoutGenerating() {
        var messages = List.of(Message.system("be brief"), Message.user("hi"));
        assertEquals(llama.chat(messages, GREEDY).usage().promptTokens(), llama.countTokens(messages, GREEDY));
        assertEquals(
                llama.complete("the sand", GREEDY.completion().withMaxTokens(1))
                        .usage()
                        .promptTokens(),
                llama.countTokens("the sand"));
    }
}
