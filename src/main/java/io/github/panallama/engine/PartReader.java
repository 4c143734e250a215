package io.github.panallama.engine;

import io.github.panallama.chat.ChatReply;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.Token;
import java.util.List;

/// Makes the parts of a reply of its tokens, as they come: the parts joined are the whole reply. Used by one thread at
/// a
/// time.
public interface PartReader {
    /// {@return what a token adds}
    ///
    /// @param token each token that was taken, in order
    List<ReplyPart> feed(Token token);

    /// {@return what was held back}
    ///
    /// @param completion all that was generated
    List<ReplyPart> end(Completion completion);

    /// {@return the whole reply, after its [#end]}
    ///
    /// @param completion all that was generated
    ChatReply reply(Completion completion);
}
