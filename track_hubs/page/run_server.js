// Asks the server of a run's page, says what to type when it is gone, and goes on when it is back.
"use strict";

const PING = 1500; // milliseconds between two requests to a server that is gone
const WITHOUT_SERVER = "This view needs the program's server: ideep-scan view OUT";
const GONE = /failed to fetch|networkerror|load failed|status:? ?0\b|accessing resource/i;

/** Ask a route of the page's server for JSON. An error is a line for the reader. */
async function askServer(page, path, query) {
    const url = address(`${path}?${new URLSearchParams(query)}`);
    const reply = await fetch(url).catch((error) => { throw new Error(page.describeError(error)); });
    if (reply.status === 404 || !reply.headers.get("content-type")?.includes("json")) throw new Error(WITHOUT_SERVER);
    const answer = await reply.json();
    if (answer.error) throw new Error(answer.error);
    return answer;
}

class ServerWatch {
    /** `onBack` is called when the server answers again. */
    constructor(onBack) {
        this.onBack = onBack;
        this.isGone = false;
    }

    /** Describe an error. If the server is gone, say how to start it, and watch for it. */
    describe(error) {
        const text = error?.message ?? String(error);
        if (!GONE.test(text)) return text;
        this.watch();
        if (!isLocal()) return "The server of this page does not answer. The page goes on when it is back.";
        return "The server of this page has ended. Start it again with the folder of this run, and the page goes on: "
            + `ideep-scan view OUT --port ${location.port} --no-browser`;
    }

    watch() {
        if (this.isGone) return;
        this.isGone = true;
        this.timer = setInterval(() => this.ping(), PING);
    }

    async ping() {
        const reply = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => null);
        if (!reply?.ok || !this.isGone) return;
        this.isGone = false;
        clearInterval(this.timer);
        this.onBack();
    }
}
