// Keys of a run's page, and the list of them.
"use strict";

const KEYS = [ // key, and what it does
    ["n, p", "next and previous site"],
    ["j, k", "next and previous variant, if the page has variants"],
    ["↑ ↓ Home End", "move between the names of the overview, or between rows of a table"],
    ["Page Up, Page Down", "other page of the table of all sites"],
    ["Enter", "open or close the tracks of a name; go to a row"],
    ["← →", "move between the tabs of the views"],
    ["← → Home End", "move in the drawing of a transcript"],
    ["+ − 0", "zoom there, and show all of it"],
    ["?", "this list; Esc closes it"],
];

/** Create the button that lists the keys. */
function keysButton() {
    const button = Object.assign(document.createElement("button"), { id: "keys", type: "button", textContent: "keys", title: "key ?" });
    button.addEventListener("click", showKeys);
    return button;
}

/** Show the list of keys, or close it. */
function showKeys() {
    const shown = element("key-list");
    if (shown) return shown.close();
    const dialog = Object.assign(document.createElement("dialog"), { id: "key-list" });
    dialog.setAttribute("aria-label", "Keys");
    const list = dialog.appendChild(document.createElement("dl"));
    for (const [key, text] of KEYS) {
        list.appendChild(document.createElement("dt")).textContent = key;
        list.appendChild(document.createElement("dd")).textContent = text;
    }
    const close = dialog.appendChild(Object.assign(document.createElement("button"), { type: "button", textContent: "close" }));
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    return dialog.showModal();
}
