package io.github.panallama.engine;

import java.util.concurrent.Semaphore;

/// Lets the contexts of one JVM compute in turns where their threads together are more than the processors.
///
/// The threads of a context wait for each other in a spin: when another context takes a processor from one of them, all
/// the others burn theirs. Two contexts that fight so are five to twenty times slower than two that alternate.
final class Turns {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

    /// Fair: who evaluates a long prompt in many calls lets others in between.
    private static final Semaphore FREE = new Semaphore(PROCESSORS, true);

    private Turns() {}

    /// Waits for processors.
    ///
    /// @param threads that will compute
    /// @return what must be given back
    static int take(int threads) {
        int n = Math.min(threads, PROCESSORS);
        FREE.acquireUninterruptibly(n);
        return n;
    }

    /// Gives them back.
    ///
    /// @param taken what [#take] has returned
    static void give(int taken) {
        FREE.release(taken);
    }
}
