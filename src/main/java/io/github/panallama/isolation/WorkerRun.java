package io.github.panallama.isolation;

import io.github.panallama.completion.Cancel;
import io.github.panallama.completion.Token;
import io.github.panallama.engine.Outcome;
import io.github.panallama.engine.TokenChannel;
import io.github.panallama.engine.TokenSource;
import io.github.panallama.limits.Applied;
import org.jspecify.annotations.Nullable;

/// A request that runs in the worker, from its caller's side.
///
/// The worker sends no more tokens than it has been allowed to: a consumer that stalls pauses its own request only.
final class WorkerRun implements TokenSource {
    /// How many tokens may be on their way, and how many are allowed anew at once.
    static final int ALLOWED = TokenChannel.CAPACITY;

    private static final int ALLOWED_ANEW = ALLOWED / 2;

    private final WorkerProcess process;
    private final long id;
    private final boolean stalls;
    private final TokenChannel channel = new TokenChannel(() -> {}, Integer.MAX_VALUE);
    private volatile FromWorker.@Nullable Facts facts;
    private volatile long caller;
    private volatile boolean stopped;
    private Cancel.@Nullable Registration registration; // guarded by this, as what follows
    private boolean ended;
    private int taken; // by one thread at a time, as what follows
    private boolean patient;

    /// @param process where it runs
    /// @param id the order's
    /// @param stalls whether the worker waits until its tokens are taken
    WorkerRun(WorkerProcess process, long id, boolean stalls) {
        this.process = process;
        this.id = id;
        this.stalls = stalls;
        this.caller = WorkerProcess.caller();
    }

    void started(FromWorker.Facts facts) {
        this.facts = facts;
    }

    /// Keeps the handle that ends it, to be given back at the end.
    synchronized void endsWith(Cancel.Registration registration) {
        this.registration = registration;
        giveBack();
    }

    private void giveBack() {
        if (ended && registration != null) {
            registration.remove();
            registration = null;
        }
    }

    void finish(Outcome outcome) {
        ended();
        channel.finish(outcome);
    }

    void fail(RuntimeException failure) {
        ended();
        channel.fail(failure);
    }

    private synchronized void ended() {
        ended = true;
        giveBack();
    }

    TokenChannel channel() {
        return channel;
    }

    private FromWorker.Facts facts() {
        var known = facts;
        if (known == null) {
            throw new IllegalStateException("the request has not been started: please report");
        }
        return known;
    }

    @Override
    public void refuseEngine() {
        // no thread of this process computes
    }

    /// It is for the worker to send many at a time; what has come is taken at once.
    @Override
    public @Nullable Token take(boolean patient) throws InterruptedException {
        handTo(WorkerProcess.caller());
        if (patient != this.patient) {
            this.patient = patient;
            process.say(new ToWorker.Patience(id, patient));
        }
        var token = channel.take(false);
        if (token != null && stalls && ++taken == ALLOWED_ANEW) {
            taken = 0;
            process.say(new ToWorker.More(id, ALLOWED_ANEW));
        }
        return token;
    }

    @Override
    public void handTo(Object caller) {
        if (!caller.equals(this.caller)) {
            this.caller = (long) caller;
            process.say(new ToWorker.HandTo(id, this.caller));
        }
    }

    @Override
    public Outcome outcome() {
        return channel.outcome();
    }

    @Override
    public Applied limits() {
        return facts().limits();
    }

    @Override
    public int promptTokens() {
        return facts().promptTokens();
    }

    @Override
    public String echoed() {
        return facts().echoed();
    }

    @Override
    public void cancel(String reason) {
        if (!stopped) {
            stopped = true;
            process.stop(id, reason);
        }
    }
}
