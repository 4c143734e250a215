/// What is asked for ([CompletionOptions]) and what comes back ([Completion], made of [Token]s).
///
/// Values only. A token carries its text, its bytes and, when asked for, its [Logprobs]; a [FinishReason] says why a
/// completion ended.
///
/// ```java
/// var brief = CompletionOptions.DEFAULT.withMaxTokens(32).withStop("\n").withLogprobs(5);
/// ```
package io.github.panallama.completion;
