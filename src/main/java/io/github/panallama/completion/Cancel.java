package io.github.panallama.completion;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// A handle that ends requests from another thread, once and for all.
///
/// ```java
/// var cancel = new Cancel();
/// button.onClick(cancel::cancel);
/// var part = llama.complete(prompt, CompletionOptions.DEFAULT.withCancel(cancel));
/// ```
///
/// Any thread may use it. Compared by identity.
public final class Cancel {
    private final Set<Action> actions = new LinkedHashSet<>();
    private boolean cancelled;

    /// Creates a handle that nobody has pulled.
    public Cancel() {}

    /// An action waiting for the handle to be pulled.
    @FunctionalInterface
    public interface Registration {
        /// Forgets the action. Does nothing when it has run.
        void remove();
    }

    /// By identity: the same action may be registered twice.
    private static final class Action {
        final Runnable body;

        Action(Runnable body) {
            this.body = body;
        }
    }

    /// Ends every request that has this handle, and those that will be started with it. Does nothing the second time.
    public void cancel() {
        List<Action> due;
        synchronized (actions) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            due = new ArrayList<>(actions);
            actions.clear();
        }
        due.forEach(action -> action.body.run());
    }

    /// {@return whether it has been pulled}
    public boolean isCancelled() {
        synchronized (actions) {
            return cancelled;
        }
    }

    /// Runs an action when the handle is pulled, at once if it has been.
    ///
    /// @param action runs on the thread that pulls, and must not throw
    /// @return to be removed when the action is of no use any more
    public Registration onCancel(Runnable action) {
        var entry = new Action(action);
        synchronized (actions) {
            if (!cancelled) {
                actions.add(entry);
                return () -> remove(entry);
            }
        }
        action.run();
        return () -> {};
    }

    private void remove(Action action) {
        synchronized (actions) {
            actions.remove(action);
        }
    }
}
