/// Messages in, replies out: [Message], [ChatOptions], [ChatReply], [Tool].
///
/// A chat is rendered with the model's own template. What a message says reaches the model as plain text, whatever it
/// contains: it cannot forge the template's control tokens.
///
/// ```java
/// llama.chat(List.of(Message.user("What is the capital of France?")), ChatOptions.DEFAULT);
/// ```
package io.github.panallama.chat;
