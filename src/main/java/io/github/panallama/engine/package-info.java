/// One class per llama.cpp object, and the scheduler that runs them.
///
/// Reading order: [io.github.panallama.engine.Engine] owns everything of one loaded model and checks requests;
/// [io.github.panallama.engine.Requests] is what callers and the scheduler share;
/// [io.github.panallama.engine.Scheduler] is the loop of the context's thread; [io.github.panallama.engine.Slot] is one
/// running request; [io.github.panallama.engine.TokenChannel] is where its tokens wait for the caller.
package io.github.panallama.engine;
