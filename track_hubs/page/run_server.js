// Watches for the server of a run's page: it says what to type when the server is gone, and goes on when it is back.
"use strict";

const PING = 1500; // milliseconds between two requests to a server that is gone
const GONE = /failed to fetch|networkerror|load failed|status:? ?0\b|accessing resource/i;

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
