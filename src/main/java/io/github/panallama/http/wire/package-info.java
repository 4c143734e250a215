/// What answers look like as JSON, wherever they are written: the shapes that the endpoint and the command line share.
package io.github.panallama.http.wire;
