package io.github.panallama.engine;

/// Who calls: threads that wait for each other are told apart from threads that merely wait.
///
/// It is the calling thread, unless that one speaks for a thread of another process.
public final class Caller {
    private static final ScopedValue<Object> SPOKEN_FOR = ScopedValue.newInstance();

    private Caller() {}

    /// {@return the caller, comparable with `equals`}
    public static Object current() {
        return SPOKEN_FOR.isBound() ? SPOKEN_FOR.get() : Thread.currentThread();
    }

    /// {@return what an action gives, called for someone else}
    ///
    /// @param caller who that is, comparable with `equals`
    /// @param action what is done
    public static <T, X extends Exception> T speakingFor(Object caller, ScopedValue.CallableOp<T, X> action) throws X {
        return ScopedValue.where(SPOKEN_FOR, caller).call(action);
    }
}
