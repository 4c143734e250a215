package io.github.panallama.http.protocol;

import io.github.panallama.Generation;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.Token;
import io.github.panallama.http.wire.Finish;
import io.github.panallama.http.wire.LogprobLists;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// The events of one choice of a text completion. With log-probabilities there is one for each token.
final class CompletionChunks {
    private final CompletionJson json;
    private final int index;
    private final boolean logprobs;
    private final LogprobLists.Reader reader;
    private final Reply reply;

    CompletionChunks(CompletionJson json, int index, CompletionRequest request, Reply reply) {
        this.json = json;
        this.index = index;
        this.logprobs = request.logprobs();
        this.reader = new LogprobLists.Reader(request.echo());
        this.reply = reply;
    }

    /// Sends all of a generation.
    ///
    /// @return the whole completion
    Completion send(Generation generation) {
        var tokens = generation.iterator();
        var echoed = new ArrayList<Token>();
        while (echoed.size() < generation.echoTokens() && tokens.hasNext()) {
            echoed.add(tokens.next());
        }
        if (!generation.echo().isEmpty()) {
            send(generation.echo(), logprobs ? reader.prompt(echoed) : null, null);
        }
        while (tokens.hasNext()) {
            var token = tokens.next();
            if (logprobs) {
                send(token.text(), reader.next(token), null);
            } else if (!token.text().isEmpty()) {
                send(token.text(), null, null);
            }
        }
        var whole = Reply.whole(generation.result());
        send("", null, Finish.reason(whole.finish()));
        return whole;
    }

    private void send(String text, @Nullable LogprobLists lists, @Nullable String finish) {
        reply.event(null, json.chunk(json.choice(index, text, lists, finish)));
    }
}
