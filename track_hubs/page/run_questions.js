// Questions of a view to the program's server, of which only the latest is answered.
"use strict";

const QUESTION_PAUSE = 300; // milliseconds between two questions while the server reads the tables of sites

class Questions {
    /** `tell` shows the progress while the server reads tables. */
    constructor(page, tell) {
        this.page = page;
        this.tell = tell;
    }

    /**
     * Return the answer of a route. Return undefined if another question has followed.
     * Throw an error with a text for people if there is no answer.
     */
    async ask(path) {
        this.request?.abort();
        const { signal } = this.request = new AbortController();
        while (!signal.aborted) {
            try {
                const reply = await fetch(address(path), { signal });
                if (reply.status === 404) throw new Error(WITHOUT_SERVER);
                const content = await reply.json();
                if (content.error) throw new Error(content.error);
                if (!("done" in content)) return content;
                const isRead = content.done === content.tables;
                this.tell(isRead ? "counting the sites …" : `reading the sites: ${content.done} of ${content.tables} tables …`);
            } catch (error) {
                if (signal.aborted) return undefined;
                throw new Error(this.page.describeError(error));
            }
            await new Promise((resolve) => { setTimeout(resolve, QUESTION_PAUSE); });
        }
        return undefined;
    }
}
