package io.github.panallama;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// `ModelOptions.withDeterministic(true)`: tokens and log-probabilities are those of a request that runs alone on a
/// fresh
/// model, bit for bit, whatever runs beside and before it. F32 and F16 choose another kernel as soon as two rows are
/// computed in one call, so without the mode this fails.
@Timeout(180)
class DeterministicIT {
    private static final int CHUNK = 64;
    private static final String SHARED = "the sand and the sea in a tin, again and again. ".repeat(8);
    private static final List<String> PROMPTS =
            List.of("the sand", SHARED, SHARED + "and one", SHARED + "two of them", "is the rain?", "t".repeat(90));

    private static CompletionOptions options(int prompt) {
        var sampling = prompt % 2 == 0 ? Sampling.GREEDY : Sampling.NEUTRAL.withSeed(prompt);
        return CompletionOptions.DEFAULT
                .withSampling(sampling)
                .withMaxTokens(20 + 3 * prompt)
                .withLogprobs(3);
    }

    private static Llama load(TensorType type, int parallel) {
        var options = ModelOptions.DEFAULT
                .withContextSize(1024)
                .withParallel(parallel)
                .withThreads(1)
                .withDeterministic(true);
        return Llama.load(
                new RandomModel(TestVocabulary.chat(), type, 64, 1024, 1).file(),
                options.withCompute(options.compute().withUbatchSize(CHUNK).withBatchSize(CHUNK)));
    }

    private static List<Completion> alone(TensorType type) {
        var alone = new ArrayList<Completion>();
        for (int i = 0; i < PROMPTS.size(); i++) {
            try (var llama = load(type, 1)) {
                alone.add(llama.complete(PROMPTS.get(i), options(i)));
            }
        }
        return alone;
    }

    @ParameterizedTest
    @EnumSource(TensorType.class)
    void othersMakeNoDifference(TensorType type) throws Exception {
        var alone = alone(type);
        try (var llama = load(type, 4);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var together = new ArrayList<Future<Completion>>();
            for (int i = 0; i < 4 * PROMPTS.size(); i++) {
                int prompt = i % PROMPTS.size();
                together.add(callers.submit(() -> llama.complete(PROMPTS.get(prompt), options(prompt))));
            }
            for (int i = 0; i < together.size(); i++) {
                var expected = alone.get(i % PROMPTS.size());
                assertEquals(expected.tokens(), together.get(i).get().tokens(), PROMPTS.get(i % PROMPTS.size()));
            }
        }
    }

    /// Outside the mode a conversation takes over what its model has written, which was computed one by one.
    @ParameterizedTest
    @EnumSource(TensorType.class)
    void aConversationIsWhatItsMessagesAre(TensorType type) {
        var options = ChatOptions.of(CompletionOptions.DEFAULT
                .withSampling(Sampling.GREEDY)
                .withMaxTokens(30)
                .withLogprobs(2));
        List<Message> before;
        List<?> tokens;
        try (var llama = load(type, 2)) {
            var chat = new Chat(llama, options, Message.system(SHARED));
            chat.say("the sand");
            before = new ArrayList<>(chat.messages());
            before.add(Message.user("and the sea"));
            tokens = chat.say("and the sea").completion().tokens();
        }
        try (var llama = load(type, 1)) {
            assertEquals(llama.chat(before, options).completion().tokens(), tokens);
        }
    }
}
