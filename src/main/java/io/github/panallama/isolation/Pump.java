package io.github.panallama.isolation;

import io.github.panallama.chat.ReplyPart;
import io.github.panallama.completion.Token;
import io.github.panallama.engine.Caller;
import io.github.panallama.engine.PartReader;
import io.github.panallama.engine.TokenSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Sends a request's tokens on, as many as it is allowed to.
final class Pump {
    /// As many tokens wait for a patient consumer: waking it takes a processor from those who compute the next. Fewer
    /// than a
    /// consumer allows anew, so that it never waits for what waits here.
    private static final int TOGETHER = 16;

    private final long id;
    private final TokenSource run;
    private final @Nullable PartReader reader;
    private final Voice voice;
    private final Semaphore allowed;
    private final List<Token> tokens = new ArrayList<>(); // not yet sent
    private final List<List<ReplyPart>> parts = new ArrayList<>(); // of these
    private volatile long caller;
    private volatile boolean patient;

    /// @param id the request's
    /// @param caller whom its tokens are for
    /// @param run gives them
    /// @param reader makes parts of a reply of them, if it is one
    /// @param stalls whether it waits until they are taken
    /// @param voice what they are sent with
    Pump(long id, long caller, TokenSource run, @Nullable PartReader reader, boolean stalls, Voice voice) {
        this.id = id;
        this.caller = caller;
        this.run = run;
        this.reader = reader;
        this.voice = voice;
        this.allowed = new Semaphore(stalls ? WorkerRun.ALLOWED : Integer.MAX_VALUE);
    }

    void allow(int tokens) {
        allowed.release(tokens);
    }

    void patience(boolean patient) {
        this.patient = patient;
    }

    void handTo(long caller) {
        this.caller = caller;
        run.handTo(caller);
    }

    /// What exists then is sent at once: its consumer asks for no more.
    void stop(String reason) {
        run.cancel(reason);
        allowed.drainPermits();
        allowed.release(Integer.MAX_VALUE / 2);
    }

    void run() {
        try {
            var taken = new ArrayList<Token>();
            Token token;
            while ((token = take()) != null) {
                taken.add(token);
                tokens.add(token);
                if (reader != null) {
                    parts.add(reader.feed(token));
                }
                if (!patient || tokens.size() == TOGETHER) {
                    send();
                }
            }
            send();
            voice.say(FromWorker.Ended.of(
                    id, run.outcome(), Optional.ofNullable(reader).map(r -> rest(r, taken))));
        } catch (Throwable e) { // its caller must not wait for ever
            run.cancel("the worker failed");
            voice.failed(id, e);
        }
    }

    private void send() {
        if (!tokens.isEmpty()) {
            voice.say(new FromWorker.Next(id, List.copyOf(tokens), List.copyOf(parts)));
            tokens.clear();
            parts.clear();
        }
    }

    private @Nullable Token take() throws InterruptedException {
        allowed.acquire();
        return Caller.speakingFor(caller, () -> run.take(patient));
    }

    private FromWorker.Rest rest(PartReader reader, List<Token> taken) {
        var completion = run.outcome().completion(run, taken);
        var held = reader.end(completion);
        var reply = reader.reply(completion);
        return new FromWorker.Rest(
                held, reply.text(), reply.reasoning(), reply.toolCalls(), reply.finish(), reply.tokens());
    }
}
