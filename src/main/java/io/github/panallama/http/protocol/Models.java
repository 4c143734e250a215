package io.github.panallama.http.protocol;

import io.github.panallama.http.server.Exchange;
import io.github.panallama.http.server.Handler;
import io.github.panallama.http.wire.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// `GET /v1/models`: the one model, in a form that OpenAI's and Anthropic's clients both understand.
record Models(Service service, Instant since) implements Handler {
    Models {
        since = since.truncatedTo(ChronoUnit.SECONDS);
    }

    @Override
    public void handle(Exchange exchange) {
        var name = service.policy().modelName();
        var json = Json.object().put("object", "list");
        json.putArray("data")
                .addObject()
                .put("id", name)
                .put("object", "model")
                .put("created", since.getEpochSecond())
                .put("owned_by", "local")
                .put("type", "model")
                .put("display_name", name)
                .put("created_at", since.toString());
        new Reply(exchange)
                .whole(json.put("has_more", false).put("first_id", name).put("last_id", name));
    }
}
